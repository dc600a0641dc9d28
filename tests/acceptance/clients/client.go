// Sends the requests of a plan with Go's net/http as it comes: see plan.py.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

func main() {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if len(os.Args) > 2 {
		proxy, _ := url.Parse(os.Args[2])
		transport.Proxy = http.ProxyURL(proxy)
	}
	client := &http.Client{Transport: transport}
	plan := bufio.NewScanner(os.Stdin)
	plan.Buffer(make([]byte, 1<<20), 1<<24)
	for plan.Scan() {
		fields := strings.Split(plan.Text(), "\t")
		body, _ := base64.StdEncoding.DecodeString(fields[4])
		var reader io.Reader
		if len(body) > 0 {
			reader = bytes.NewReader(body)
			if os.Args[1] == "chunked" {
				reader = io.MultiReader(reader)
			}
		}
		request, err := http.NewRequest(fields[1], fields[2], reader)
		if err != nil {
			panic(err)
		}
		request.Header.Set("Authorization", "Bearer "+fields[0])
		if fields[3] != "" {
			request.Header.Set("Content-Type", fields[3])
		}
		response, err := client.Do(request)
		if err != nil {
			panic(err)
		}
		answer, _ := io.ReadAll(response.Body)
		response.Body.Close()
		fmt.Println(response.StatusCode, base64.StdEncoding.EncodeToString(answer))
	}
}
