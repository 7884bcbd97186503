"""Reads a PEM certification request from standard input as pyca/cryptography does, and prints its subject."""

import sys

from cryptography import x509

request = x509.load_pem_x509_csr(sys.stdin.buffer.read())
if not request.is_signature_valid:
    sys.exit("the signature does not verify")
print(request.signature_hash_algorithm.name, request.subject.rfc4514_string())
