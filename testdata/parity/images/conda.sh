# A Conda environment.
# shellcheck shell=bash
copy 1 "$ANALYZERS/language/conda/environment/testdata/conda-meta" opt/conda/conda-meta
copy 1 "$ANALYZERS/language/conda/meta/testdata" opt/conda/envs/app/conda-meta
copy 1 "$TRIVY_SOURCE/integration/testdata/fixtures/repo/conda" srv/conda
