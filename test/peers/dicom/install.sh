# dcmtk and dicom3tools from Debian.
command -v storescu >/dev/null || debian dcmtk
command -v dciodvfy >/dev/null || debian dicom3tools
