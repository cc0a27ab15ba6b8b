package catalog

// analyzers lists every analyzer, in the order in which they are offered a
// file. Adding one is its own file and one line here. The index identifies Java
// archives; nil means none.
func analyzers(index *javaIndex) []analyzer {
	return append(releaseFiles(),
		// Packages of the distribution.
		dpkgStatus{},
		dpkgFiles{},
		dpkgList{},
		apkInstalled{},
		rpmDatabase{},
		rpmManifest{},
		bottlerocketInventory{},
		contentManifest{},
		buildDockerfile{},
		// Language packages.
		goBinary{},
		nodePackage{},
		pythonPackage{},
		pythonEgg{},
		pythonRecord{},
		javaArchive{index},
		gemSpec{},
		rustBinary{},
		composerVendor{},
		dotNetDeps{},
		nuGet{},
		packagesProps{},
		condaPackage{},
		cargoLock{},
		juliaManifest{},
		// Either.
		billOfMaterials{},
		// What the scan does not cover.
		nativeCode{},
		aptSources{},
		apkRepositories{},
		rpmRepositories{},
	)
}
