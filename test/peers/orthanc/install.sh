# Orthanc and dcmtk from Debian. The package starts a server of its own on its default ports: it is not needed.
command -v storescu >/dev/null || debian dcmtk
if ! command -v Orthanc >/dev/null; then
  debian orthanc
  service orthanc stop >/dev/null 2>&1 || true
fi
