package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBottlerocket(t *testing.T) {
	const root = "x86_64-bottlerocket-linux-gnu/sys-root/usr/"
	const inventory = root + "share/bottlerocket/application-inventory.json"
	testdata := "pkg/fanal/analyzer/pkg/bottlerocket_inventory/testdata/"
	release := entry{name: root + "lib/os-release", content: "ID=bottlerocket\nVERSION_ID=1.34.0\n"}
	at := func(packages ...string) []string {
		for i, p := range packages {
			packages[i] = "bottlerocket " + p + " in " + inventory + " by 0"
		}
		return packages
	}
	tests := []struct {
		name, content string
		want          []string
	}{
		{"real", string(trivyContent(t, testdata+"application-inventory.json")), at(
			"coreutils 9.10-1.1781747852.5f13b929.br1", "glibc 1:2.43-1.1781747852.5f13b929.br1", "grub 1:2.06-1.1779997967.64782dc8.br1",
			"kernel-6.1 6.1.172-1.1779997967.64782dc8.br1", "runc 1:1.3.5-1.1781747852.5f13b929.br1")},
		{"before there were epochs", string(trivyContent(t, testdata+"application-inventory-no-epoch.json")), at("acpid 1.19.2-29cc92cc", "systemd 1.19.2-29cc92cc")},
		{
			"an epoch that is none", `{"Content":[{"Name":"a","Version":"1","Epoch":"x"},{"Name":"b","Version":"2","Release":"3","Epoch":"4"}]}`,
			append(at("b 4:2-3"), `unparsable-package-database `+inventory+`: 1 packages have no usable version, first "a": epoch "x" is no number`),
		},
		{"no JSON", "x", []string{"unparsable-package-database " + inventory + ": reading the inventory: invalid character 'x' looking for beginning of value"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := summary(read(t, layer(t, "0", release, entry{name: inventory, content: tt.content})))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("inventory (-want +got):\n%s", diff)
			}
		})
	}
	if (bottlerocketInventory{}).wants(strings.TrimPrefix(inventory, "x86_64-"), 1, 0o644) {
		t.Error("wants a file that is not Bottlerocket's")
	}
}

func FuzzBottlerocket(f *testing.F) {
	f.Add(trivyContent(f, "pkg/fanal/analyzer/pkg/bottlerocket_inventory/testdata/application-inventory.json"))
	f.Fuzz(func(t *testing.T, content []byte) {
		said, err := analyze(t.Context(), bottlerocketInventory{}, languageFile("x", content))
		if said != nil {
			checkPackages(t, said, err)
		}
	})
}
