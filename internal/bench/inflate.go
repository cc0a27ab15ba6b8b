package bench

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// inflate puts advisories and then made-up entries into the database at path,
// until it is a file of size bytes or a little more. What is made up has the shape of
// what trivy-db holds: most of it descriptions of vulnerabilities, the rest
// advisories for packages that no image has.
func inflate(path string, advisories []advisory, size int64) (err error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true, NoFreelistSync: false})
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	defer func() {
		if closeErr := db.Close(); err == nil {
			err = closeErr
		}
	}()
	random := rand.New(rand.NewPCG(1, 2)) // the same filling each time
	err = db.Update(func(tx *bolt.Tx) error {
		for _, a := range advisories {
			if err := putAdvisory(tx, a); err != nil {
				return err
			}
			if err := putVulnerability(tx, a.id, random); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("writing advisories: %w", err)
	}
	const batch = 5000
	for first := 0; ; first += batch {
		stat, err := os.Stat(path)
		if err != nil {
			return err
		}
		if stat.Size() >= size {
			return db.Sync()
		}
		err = db.Update(func(tx *bolt.Tx) error {
			return putFilling(tx, first, min(batch, int((size-stat.Size())/2000)+1), random)
		})
		if err != nil {
			return fmt.Errorf("filling the database: %w", err)
		}
	}
}

// putFilling writes count entries in the order of their keys, which is what keeps
// the pages of the file full.
func putFilling(tx *bolt.Tx, first, count int, random *rand.Rand) error {
	for n := first; n < first+count; n++ {
		id := fmt.Sprintf("CVE-8%03d-%06d", n/1_000_000, n%1_000_000)
		if err := putVulnerability(tx, id, random); err != nil {
			return err
		}
		for _, bucket := range []string{"Filling Linux 1", "filling::Filling Advisories"} {
			name := fmt.Sprintf("package-%07d", n/4)
			if err := putAdvisory(tx, advisory{bucket, name, id, fixedIn("os", fmt.Sprintf("1.%d.%d-%d", n%40, n%7, n%3))}); err != nil {
				return err
			}
		}
	}
	return nil
}

func putAdvisory(tx *bolt.Tx, a advisory) error {
	root, err := bucket(tx, a.bucket)
	if err != nil {
		return err
	}
	sources, err := bucket(tx, "data-source")
	if err != nil {
		return err
	}
	if sources.Get([]byte(a.bucket)) == nil {
		if err := putJSON(sources, a.bucket, map[string]string{"ID": "bench", "Name": "made up to measure", "URL": "https://example.com/"}); err != nil {
			return err
		}
	}
	of, err := root.CreateBucketIfNotExists([]byte(a.name))
	if err != nil {
		return err
	}
	return putJSON(of, a.id, a.value)
}

// sentences are what descriptions are made of: repetitive, as real ones are, so
// that the database compresses as the real one does, about tenfold.
var sentences = []string{
	"A flaw was found in the way %s handled certain requests, which allows a remote attacker to cause a denial of service via a crafted file.",
	"An issue was discovered in %s before version %d: a use-after-free in the parser leads to memory corruption.",
	"%s through %d allows attackers to execute arbitrary code because input is not neutralized before it is used in a command.",
	"In the Linux kernel, the following vulnerability has been resolved: %s: fix a reference count leak on the error path of probe number %d.",
	"Cross-site scripting in %s permits authenticated users to inject web script or HTML via the parameter p%d.",
	"The highest threat from this vulnerability in %s is to confidentiality, integrity and system availability, as of build %d.",
}

func putVulnerability(tx *bolt.Tx, id string, random *rand.Rand) error {
	root, err := bucket(tx, "vulnerability")
	if err != nil {
		return err
	}
	root.FillPercent = 0.9
	var description strings.Builder
	for range 2 + random.IntN(6) {
		fmt.Fprintf(&description, strings.ReplaceAll(sentences[random.IntN(len(sentences))], "%s", fmt.Sprintf("component%d", random.IntN(5000)))+" ", random.IntN(100))
	}
	references := make([]string, 2+random.IntN(10))
	for i := range references {
		references[i] = fmt.Sprintf("https://example.com/security/advisories/%s/%012x", id, random.Uint64()>>16)
	}
	return putJSON(root, id, map[string]any{
		"Title":            "Made up to measure: " + id,
		"Description":      description.String(),
		"Severity":         "HIGH",
		"CweIDs":           []string{fmt.Sprintf("CWE-%d", random.IntN(900))},
		"VendorSeverity":   map[string]int{"nvd": 1 + random.IntN(4), "redhat": 1 + random.IntN(4), "ubuntu": 2},
		"CVSS":             map[string]any{"nvd": map[string]any{"V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "V3Score": 7.5}},
		"References":       references,
		"PublishedDate":    "2024-05-06T10:15:00Z",
		"LastModifiedDate": "2024-11-21T08:00:00Z",
	})
}

func bucket(tx *bolt.Tx, name string) (*bolt.Bucket, error) {
	return tx.CreateBucketIfNotExists([]byte(name))
}

func putJSON(b *bolt.Bucket, key string, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return b.Put([]byte(key), content)
}
