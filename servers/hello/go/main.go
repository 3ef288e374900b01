// GET /hello by Go's net/http, for claim A1b.
package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: hello PORT")
	}
	http.HandleFunc("/hello", func(response http.ResponseWriter, _ *http.Request) {
		response.Write([]byte("hello"))
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
