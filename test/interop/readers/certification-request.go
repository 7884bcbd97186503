// Reads a PEM certification request from standard input as Go's crypto/x509 does, and prints its subject.
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"os"
)

func main() {
	text, err := io.ReadAll(os.Stdin)
	refuse(err)
	block, _ := pem.Decode(text)
	if block == nil {
		refuse(fmt.Errorf("not PEM"))
	}
	request, err := x509.ParseCertificateRequest(block.Bytes)
	refuse(err)
	refuse(request.CheckSignature())
	fmt.Printf("%s %s\n", request.SignatureAlgorithm, request.Subject)
}

func refuse(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
