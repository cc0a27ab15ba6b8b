package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

func TestUpgrades(t *testing.T) {
	t.Parallel()
	var got []string
	for _, u := range upgrades(failingFindings()) {
		got = append(got, u.words(plainInk))
	}
	want := []string{
		"Rebuild usr/local/bin/api, moving Go from v1.20.1 to 1.20.4: fixes CVE-2023-24540 (critical), which breaks the policy",
		"Upgrade openssl from 1.1.1c-r0 to 1.1.1g-r0 (installed as libcrypto1.1, libssl1.1): fixes 4 findings (2 high, 1 medium, 1 low), 2 breaking the policy",
		"Upgrade lodash from 4.17.20 to 4.17.21 in usr/local/share/api/assets/node_modules/lodash/package.json: fixes CVE-2021-23337 (high), which breaks the policy",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("upgrades (-want +got):\n%s", diff)
	}
}

func TestUpgradesInSeveralPlaces(t *testing.T) {
	t.Parallel()
	here, there, newer := lodash(), lodash(), lodash()
	there.Path, newer.Version = "opt/a/package.json", "4.17.19"
	r := nvd(finding.Medium, 5.0)
	list := []finding.Finding{
		fixed("CVE-1", here, "4.17.21", r, ""), fixed("CVE-1", there, "4.17.21", r, ""), fixed("CVE-1", newer, "4.17.21", r, ""),
	}
	finding.Sort(list)
	var got []string
	for _, u := range upgrades(list) {
		got = append(got, u.words(plainInk))
	}
	want := []string{
		"Upgrade lodash from 4.17.20 to 4.17.21 in 2 places, such as opt/a/package.json: fixes 2 findings (2 medium)",
		"Upgrade lodash from 4.17.19 to 4.17.21 in usr/local/share/api/assets/node_modules/lodash/package.json: fixes CVE-1 (medium)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("upgrades (-want +got):\n%s", diff)
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	list := make([]*upgrade, 40)
	for i := range list {
		list[i] = &upgrade{}
	}
	if show, rest := shown(list); len(show) != shownUpgrades || rest != 30 {
		t.Errorf("%d shown, %d left", len(show), rest)
	}
	for _, u := range list[:25] {
		u.breaking = 1
	}
	if show, rest := shown(list); len(show) != 25 || rest != 15 {
		t.Errorf("of 25 that the policy asks for, %d shown, %d left", len(show), rest)
	}
}
