package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// readMinimum is the index below which there are hashes only; 0 where nothing was pruned.
func readMinimum(dir string, size int64) (int64, error) {
	data, err := os.ReadFile(filepath.Join(dir, "minimum"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	minimum, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64)
	if err != nil || minimum < 0 || minimum > size || minimum%tileWidth != 0 {
		return 0, invalid("the minimum index is none")
	}
	return minimum, nil
}

// prunedBelow is the minimum that an entry says, 0 where it says none.
func prunedBelow(index int64, entry []byte) int64 {
	if !bytes.Contains(entry, []byte(`"ledger.pruned"`)) {
		return 0
	}
	var fields struct {
		Kind    string `json:"kind"`
		What    string `json:"what"`
		Details struct {
			Minimum int64 `json:"minimum"`
		} `json:"details"`
	}
	if json.Unmarshal(entry, &fields) != nil || fields.Kind != "admin" || fields.What != "ledger.pruned" || fields.Details.Minimum > index {
		return 0
	}
	return fields.Details.Minimum
}
