// Command go verifies an exported Fairlead log with the code that Go's own checksum database uses
// (golang.org/x/mod/sumdb/note and tlog), and none of Fairlead's.
//
//	go run ./verifiers/go DIR [-vkey KEY] [-checkpoint FILE] [-foreign]
//
// Exit 0: it verifies. 1: it does not. 2: it could not be read. On Debian: golang-go and golang-golang-x-mod-dev, with
// GO111MODULE=off GOPATH=/usr/share/gocode.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8
const tileWidth = 1 << tileHeight

// errInvalid marks what was found wrong, apart from what could not be read.
var errInvalid = errors.New("INVALID")

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errInvalid, fmt.Sprintf(format, args...))
}

func main() {
	vkey := flag.String("vkey", "", "the log's verifier key, from a source you trust")
	kept := flag.String("checkpoint", "", "a checkpoint you kept: the log must still begin with that tree")
	foreign := flag.Bool("foreign", false, "the log is not Fairlead's: entries are any bytes")
	dir := ""
	args := os.Args[1:]
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		dir, args = args[0], args[1:]
	}
	flag.CommandLine.Parse(args)
	if dir == "" {
		dir = flag.Arg(0)
	}
	if dir == "" {
		fmt.Fprintln(os.Stderr, "usage: verify DIR [-vkey KEY] [-checkpoint FILE] [-foreign]")
		os.Exit(2)
	}
	summary, err := verify(dir, *vkey, *kept, *foreign)
	switch {
	case err == nil:
		fmt.Println(summary)
	case errors.Is(err, errInvalid):
		fmt.Println(err)
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "cannot read:", err)
		os.Exit(2)
	}
}

func verify(dir, vkey, kept string, foreign bool) (string, error) {
	if vkey == "" {
		data, err := os.ReadFile(filepath.Join(dir, "vkey"))
		if err != nil {
			return "", err
		}
		vkey = strings.TrimSpace(string(data))
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return "", invalid("the verifier key: %v", err)
	}
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return "", err
	}
	// Whose signature it must carry is known at the end, once the entries have shown whether the key changed.
	tree, err := readTree(textOf(signed), verifier.Name())
	if err != nil {
		return "", err
	}
	keys, err := newKeys(dir, vkey, verifier)
	if err != nil {
		return "", err
	}
	// Every hash read through it is authenticated against the signed root.
	hashes := tlog.TileHashReader(tree, folder(dir))
	ids := map[string]bool{}
	operations := map[string]string{}
	minimum, err := readMinimum(dir, tree.N)
	if err != nil {
		return "", err
	}
	said := int64(0)
	for start := minimum; start < tree.N; start += tileWidth {
		width := widthFrom(start, tree.N)
		entries, err := readBundle(dir, start/tileWidth, width)
		if err != nil {
			return "", err
		}
		indexes := make([]int64, width)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, start+int64(i))
		}
		leaves, err := hashes.ReadHashes(indexes)
		if err != nil {
			return "", invalid("tiles: %v", err)
		}
		for i, entry := range entries {
			index := start + int64(i)
			if tlog.RecordHash(entry) != leaves[i] {
				return "", invalid("entry %d is not the one in the signed tree", index)
			}
			if !foreign {
				if err := checkEntry(index, entry, ids, operations, minimum); err != nil {
					return "", err
				}
				keys.take(index, entry)
				if found := prunedBelow(index, entry); found > said {
					said = found
				}
			}
		}
	}
	if minimum > said && !foreign {
		return "", invalid("no entry says that those below %d were pruned", minimum)
	}
	if err := checkTiles(dir, tree.N, minimum); err != nil {
		return "", err
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil || root != tree.Hash {
		return "", invalid("the entries do not have the root that was signed")
	}
	chain := keys.follow(tree, hashes)
	if _, err := openCheckpoint(signed, chain[len(chain)-1].verifier); err != nil {
		return "", err
	}
	if kept != "" {
		if err := checkKept(kept, keys.earlier(chain), tree, hashes); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("ok: %d entries of %s, root %x", tree.N, verifier.Name(), tree.Hash[:]), nil
}

func openCheckpoint(data []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, invalid("the checkpoint: %v", err)
	}
	return readTree(opened.Text, verifier.Name())
}

// textOf is what a note says, before anybody has checked its signatures.
func textOf(data []byte) string {
	cut := bytes.LastIndex(data, []byte("\n\n"))
	if cut < 0 {
		return ""
	}
	return string(data[:cut+1])
}

func readTree(text, origin string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] != origin {
		return tlog.Tree{}, invalid("the checkpoint is about another log than the key")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, invalid("the checkpoint's size is not a number")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, invalid("the checkpoint's root is not a hash")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

func checkKept(file string, keys []key, tree tlog.Tree, hashes tlog.HashReader) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var old tlog.Tree
	for _, known := range keys {
		if old, err = openCheckpoint(data, known.verifier); err == nil {
			break
		}
	}
	if err != nil {
		return err
	}
	if old.N > tree.N {
		return invalid("the kept checkpoint covers %d entries, this log only %d: it was rolled back", old.N, tree.N)
	}
	if old.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return invalid("tiles: %v", err)
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return invalid("the first %d entries are not those of the kept checkpoint", old.N)
	}
	return nil
}

// folder reads tiles as tlog-tiles lays them out: tile/<level>/<n>[.p/<w>], where Go's own layout has the height first.
type folder string

func (f folder) Height() int                             { return tileHeight }
func (f folder) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
		read, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, invalid("%s is missing", path)
		}
		data[i] = read
	}
	return data, nil
}

func tilePath(kind string, index, width int64) string {
	tile := tlog.Tile{H: tileHeight, L: 0, N: index, W: int(width)}
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", tileHeight), "tile/"+kind+"/", 1)
}

// widthFrom is the width of the tile that begins at start in a row of size hashes.
func widthFrom(start, size int64) int64 {
	if size-start < tileWidth {
		return size - start
	}
	return tileWidth
}

// checkTiles reads every tile of every level: a file that nothing above needed must still be what its entries make it.
func checkTiles(dir string, size, minimum int64) error {
	below := make([]tlog.Hash, 0, size)
	for start := int64(0); start < minimum; start += tileWidth {
		data, err := os.ReadFile(filepath.Join(dir, tilePath("0", start/tileWidth, tileWidth)))
		if err != nil || len(data) != tileWidth*tlog.HashSize {
			return invalid("the hashes of entry %d are missing", start)
		}
		for at := 0; at < len(data); at += tlog.HashSize {
			var hash tlog.Hash
			copy(hash[:], data[at:])
			below = append(below, hash)
		}
	}
	for start := minimum; start < size; start += tileWidth {
		entries, err := readBundle(dir, start/tileWidth, widthFrom(start, size))
		if err != nil {
			return err
		}
		for _, entry := range entries {
			below = append(below, tlog.RecordHash(entry))
		}
	}
	for level := 0; len(below) > 0; level++ {
		for start := 0; start < len(below); start += tileWidth {
			width := int(widthFrom(int64(start), int64(len(below))))
			path := tilePath(strconv.Itoa(level), int64(start/tileWidth), int64(width))
			data, err := os.ReadFile(filepath.Join(dir, path))
			if err != nil {
				return invalid("%s is missing", path)
			}
			if len(data) != width*tlog.HashSize {
				return invalid("%s has the wrong length", path)
			}
			for i := 0; i < width; i++ {
				if !bytes.Equal(data[i*tlog.HashSize:(i+1)*tlog.HashSize], below[start+i][:]) {
					return invalid("%s holds a hash that is not that of its entries", path)
				}
			}
		}
		below = nextLevel(below)
	}
	return nil
}

// nextLevel folds whole runs of 256 hashes into one each.
func nextLevel(below []tlog.Hash) []tlog.Hash {
	above := make([]tlog.Hash, 0, len(below)/tileWidth)
	for start := 0; start+tileWidth <= len(below); start += tileWidth {
		row := append([]tlog.Hash(nil), below[start:start+tileWidth]...)
		for len(row) > 1 {
			for i := 0; i < len(row)/2; i++ {
				row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
			}
			row = row[:len(row)/2]
		}
		above = append(above, row[0])
	}
	return above
}

func readBundle(dir string, index, width int64) ([][]byte, error) {
	path := tilePath("entries", index, width)
	data, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		return nil, invalid("%s is missing", path)
	}
	entries := make([][]byte, 0, width)
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, invalid("%s is cut off", path)
		}
		length := int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	if int64(len(entries)) != width {
		return nil, invalid("%s holds %d entries, not %d", path, len(entries), width)
	}
	return entries, nil
}

func checkEntry(index int64, entry []byte, ids map[string]bool, operations map[string]string, minimum int64) error {
	var fields struct {
		ID       string  `json:"id"`
		Kind     string  `json:"kind"`
		Op       *string `json:"op"`
		Decision string  `json:"decision"`
	}
	if err := json.Unmarshal(entry, &fields); err != nil || fields.ID == "" || fields.Kind == "" {
		return invalid("entry %d is not one of Fairlead's", index)
	}
	if ids[fields.ID] {
		return invalid("the id of entry %d occurs twice", index)
	}
	ids[fields.ID] = true
	switch fields.Kind {
	case "decision":
		if fields.Op == nil || *fields.Op != fields.ID {
			return invalid("decision %d has another op than id", index)
		}
		operations[fields.ID] = fields.Decision
	case "outcome", "recovery":
		state, known := "", false
		if fields.Op != nil {
			state, known = operations[*fields.Op]
		}
		if !known && minimum == 0 {
			return invalid("entry %d has no decision before it", index)
		}
		if state == "deny" || state == "closed" {
			return invalid("entry %d closes a call that was denied or closed before", index)
		}
		operations[*fields.Op] = "closed"
	}
	return nil
}
