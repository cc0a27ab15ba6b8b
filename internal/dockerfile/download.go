package dockerfile

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// downloads takes down the files that curl or wget fetches. The name is that of
// the file written, else the last part of the address.
func (r *shellReader) downloads(name string, words []word) {
	m := manager{values: curlValues()}
	output := []string{"-o", "--output"}
	if name == "wget" {
		m.values, output = wgetValues(), []string{"-O", "--output-document"}
	}
	var targets []string
	var addresses []word
	for n := 0; n < len(words); n++ {
		text := words[n].text
		if len(text) < 2 || text[0] != '-' {
			addresses = append(addresses, words[n])
			continue
		}
		flag, value, attached := strings.Cut(text, "=")
		taken, rest := m.takes(flag)
		if taken == "" {
			continue
		}
		if rest != "" {
			value, attached = text[len(text)-len(rest):], true
		}
		if !attached && n+1 < len(words) {
			n++
			value = words[n].text
		}
		switch {
		case slices.Contains(output, taken):
			targets = append(targets, value)
		case taken == "--url":
			addresses = append(addresses, word{value, words[n].line})
		}
	}
	for n, address := range addresses {
		if !strings.Contains(address.text, "://") || len(r.installs) >= maxInstalls {
			continue
		}
		file := addressFile(address.text)
		if n < len(targets) && targets[n] != "-" && !strings.HasPrefix(targets[n], "/dev/") {
			file = path.Base(targets[n])
		}
		if file == "" || file == "." || file == "/" || strings.Contains(file, unset) {
			continue
		}
		r.installs = append(r.installs, Install{Manager: name, System: "download", Package: file, Line: address.line})
	}
}

// addressFile is the last part of a URL's path; empty when it has none.
func addressFile(address string) string {
	address, _, _ = strings.Cut(address, "?")
	address, _, _ = strings.Cut(address, "#")
	_, rest, _ := strings.Cut(address, "://")
	_, file, ok := strings.Cut(rest, "/")
	if !ok || file == "" || strings.HasSuffix(file, "/") {
		return ""
	}
	file = path.Base(file)
	if plain, err := url.PathUnescape(file); err == nil {
		file = path.Base(plain)
	}
	return file
}

func curlValues() []string {
	return []string{
		"-o", "--output", "--url", "--output-dir", "-H", "--header", "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode",
		"--json", "-X", "--request", "-u", "--user", "-A", "--user-agent", "-e", "--referer", "-b", "--cookie", "-c", "--cookie-jar",
		"-x", "--proxy", "-U", "--proxy-user", "--noproxy", "-m", "--max-time", "--connect-timeout", "--retry", "--retry-delay",
		"--retry-max-time", "-T", "--upload-file", "-F", "--form", "-K", "--config", "-Y", "--speed-limit", "-y", "--speed-time",
		"-z", "--time-cond", "-C", "--continue-at", "-r", "--range", "-w", "--write-out", "-E", "--cert", "--key", "--cacert", "--capath",
		"--proto", "--proto-redir", "--proto-default", "--resolve", "--connect-to", "--limit-rate", "--ciphers", "--tls-max",
		"-D", "--dump-header", "--max-redirs", "--interface", "--max-filesize", "--etag-save", "--etag-compare", "--stderr",
	}
}

func wgetValues() []string {
	return []string{
		"-O", "--output-document", "-P", "--directory-prefix", "-o", "--output-file", "-a", "--append-output", "-e", "--execute",
		"-U", "--user-agent", "--header", "--user", "--password", "-t", "--tries", "-T", "--timeout", "-w", "--wait", "--waitretry",
		"--referer", "--post-data", "--post-file", "-Q", "--quota", "--ca-certificate", "--certificate", "--private-key",
		"-i", "--input-file", "--limit-rate", "--progress", "-l", "--level", "-A", "--accept", "-R", "--reject", "--connect-timeout",
		"--read-timeout", "--dns-timeout", "--retry-on-http-error", "--max-redirect", "--load-cookies", "--method", "--body-data",
	}
}
