package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// key is a verifier key with its text.
type key struct {
	text     string
	verifier note.Verifier
}

// change is what an entry says of a change of the key.
type change struct {
	index    int64
	from, to string
}

// keys follows a log's key from a trusted one. `rotations` holds the checkpoints at which it changed; a change counts
// only where the key before it signed that checkpoint and an entry below it names both.
type keys struct {
	trusted key
	notes   [][]byte
	changes []change
}

func newKeys(dir, vkey string, verifier note.Verifier) (*keys, error) {
	found := &keys{trusted: key{strings.TrimSpace(vkey), verifier}}
	data, err := os.ReadFile(filepath.Join(dir, "rotations"))
	if errors.Is(err, os.ErrNotExist) {
		return found, nil
	}
	if err != nil {
		return nil, err
	}
	var blocks []string
	for _, block := range strings.Split(string(data), "\n\n") {
		if strings.TrimSpace(block) != "" {
			blocks = append(blocks, block)
		}
	}
	if len(blocks)%2 != 0 {
		return nil, invalid("the rotations are not signed notes")
	}
	for i := 0; i < len(blocks); i += 2 {
		found.notes = append(found.notes, []byte(blocks[i]+"\n\n"+strings.TrimRight(blocks[i+1], "\n")+"\n"))
	}
	return found, nil
}

func (k *keys) take(index int64, entry []byte) {
	if !bytes.Contains(entry, []byte(`"ledger.key-rotated"`)) {
		return
	}
	var fields struct {
		Kind    string `json:"kind"`
		What    string `json:"what"`
		Details struct {
			From string `json:"from"`
			To   string `json:"to"`
		} `json:"details"`
	}
	if json.Unmarshal(entry, &fields) == nil && fields.Kind == "admin" && fields.What == "ledger.key-rotated" {
		k.changes = append(k.changes, change{index, fields.Details.From, fields.Details.To})
	}
}

// follow returns the keys that came from the trusted one; the last one signs now.
func (k *keys) follow(tree tlog.Tree, hashes tlog.HashReader) []key {
	chain := []key{k.trusted}
	for _, data := range k.notes {
		last := chain[len(chain)-1]
		at, err := openCheckpoint(data, last.verifier)
		if err != nil || at.N > tree.N {
			continue
		}
		if root, err := tlog.TreeHash(at.N, hashes); err != nil || root != at.Hash {
			continue
		}
		for _, found := range k.changes {
			if found.index >= at.N || found.from != last.text {
				continue
			}
			if next, err := note.NewVerifier(found.to); err == nil && next.Name() == last.verifier.Name() {
				chain = append(chain, key{found.to, next})
				break
			}
		}
	}
	return chain
}

// earlier adds the keys that the trusted one took over from, for checkpoints that were kept before.
func (k *keys) earlier(chain []key) []key {
	known := append([]key(nil), chain...)
	for i := len(k.notes) - 1; i >= 0; i-- {
		for _, found := range k.changes {
			if found.to != known[0].text {
				continue
			}
			before, err := note.NewVerifier(found.from)
			if err != nil {
				continue
			}
			if at, err := openCheckpoint(k.notes[i], before); err == nil && found.index < at.N {
				known = append([]key{{found.from, before}}, known...)
				break
			}
		}
	}
	return known
}
