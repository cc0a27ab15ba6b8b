package report

import "fmt"

// Failure is the job summary of a run that found out nothing, with the reason, which
// may quote anything.
func Failure(reason string) string {
	return fmt.Sprintf("## ❓ imgscan could not scan\n\nNothing is known of the image, which is no pass.\n\n%s\n", markdownText(reason))
}
