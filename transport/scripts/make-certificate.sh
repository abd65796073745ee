#!/bin/bash
# Makes a key and a certificate for it, which signs itself, and prints the certificate.
#   make-certificate.sh DIRECTORY
# DIRECTORY, which must not be there, then holds `key.pem`, which never leaves this host, and `certificate.pem`.
# Valid long before and after today: clocks of hosts differ, and what counts is which certificate the other side was given.
set -e -o pipefail
umask 077
mkdir -- "$1"
cd -- "$1"
if command -v openssl >/dev/null; then
  # `openssl req -x509` would make it valid from now on; before OpenSSL 3.4 only `ca` lets one say from when.
  cat >openssl.conf <<'END'
[req]
distinguished_name = name
prompt = no
[name]
CN = precopy
[ca]
default_ca = self
[self]
database = issued
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = extensions
[any]
CN = supplied
[extensions]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
END
  : >issued
  openssl ecparam -name prime256v1 -genkey -noout -out key.pem
  openssl req -new -config openssl.conf -key key.pem -out request.pem
  openssl ca -selfsign -batch -notext -config openssl.conf -keyfile key.pem -in request.pem -out certificate.pem \
    -startdate 20000101000000Z -enddate 20491231235959Z 2>openssl.log || { cat openssl.log >&2; exit 1; }
else
  printf '%s\n' 'cn = precopy' 'activation_date = "2000-01-01 00:00:00 UTC"' 'expiration_date = "2049-12-31 23:59:59 UTC"' \
    signing_key >certtool.conf
  certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --outfile key.pem 2>certtool.log &&
    certtool --generate-self-signed --load-privkey key.pem --template certtool.conf --outfile certificate.pem 2>>certtool.log ||
    { cat certtool.log >&2; exit 1; }
fi
cat certificate.pem
