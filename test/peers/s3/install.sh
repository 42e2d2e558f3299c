# Sourced by test/peers/install.sh: moto's S3 server, in a Python environment of its own.
if [ ! -x "$build/s3/bin/moto_server" ]; then
  python3 -m venv "$build/s3" 2>/dev/null || { debian python3-venv && python3 -m venv "$build/s3"; }
  "$build/s3/bin/pip" install -q 'moto[server,s3]==5.2.5'
fi
