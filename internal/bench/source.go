package bench

// Source is one place that an image is read from, in each program's words.
type Source struct {
	// Name is what the tables call it: "docker tar", "OCI layout, zstd".
	Name string

	// Imgscan is the reference and the flags that imgscan takes.
	Imgscan []string

	// Trivy are the arguments of `trivy image`.
	Trivy []string
}

func archiveSource(path string) Source {
	return Source{Name: "docker tar", Imgscan: []string{"docker-archive:" + path}, Trivy: []string{"--input", path}}
}

func layoutSource(dir string, c Compression) Source {
	return Source{Name: "OCI layout, " + string(c), Imgscan: []string{"oci-dir:" + dir}, Trivy: []string{"--input", dir}}
}

// registrySource reads from a registry at host, which speaks plain http.
func registrySource(host, repository string) Source {
	ref := host + "/" + repository + ":1"
	return Source{
		Name:    "registry, gzip",
		Imgscan: []string{"registry:" + ref, "--insecure", host},
		Trivy:   []string{"--image-src", "remote", "--insecure", ref},
	}
}

// daemonSource reads from the Docker daemon, whose storage driver is in the name.
func daemonSource(ref, driver string) Source {
	return Source{Name: "Docker daemon, " + driver, Imgscan: []string{"docker:" + ref}, Trivy: []string{"--image-src", "docker", ref}}
}
