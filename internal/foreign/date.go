package foreign

import "time"

const oneDay = 24 * time.Hour

// day is the beginning of the day in UTC.
func day(t time.Time) time.Time { return t.UTC().Truncate(oneDay) }

// lastDay is the last day that is whole before the end. People who mean a whole day
// end it a second early.
func lastDay(end time.Time) time.Time { return day(end.Add(time.Second)).Add(-oneDay) }

// parseTime reads the dates that YAML and JavaScript write. A date without a time is
// its first moment, in UTC.
func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{
		time.DateOnly,
		time.RFC3339Nano,
		"2006-01-02T15:04:05.999999999",
		"2006-01-02 15:04:05.999999999",
		"2006-01-02 15:04:05.999999999Z07:00",
		time.RFC1123,
		time.RFC1123Z,
	} {
		// A zone of letters that Go does not know would silently count as UTC.
		if t, err := time.Parse(layout, s); err == nil && (layout != time.RFC1123 || t.Location() == time.UTC) {
			return t.UTC(), !t.IsZero() && t.Year() > 0
		}
	}
	return time.Time{}, false
}
