// A reader of a published ledger that shares no code with it: Go's own checksum-database packages
// (golang.org/x/mod/sumdb) check the signed note, the tiles and every proof.
//
//	main VKEY FOLDER-OR-URL [EARLIER-CHECKPOINT...]
//
// Earlier checkpoints are named by their paths below the folder, such as earlier/256. It prints one JSON object:
//
//	{"consistent":[256],"go":"go1.19.8","ok":true,"origin":"test.example/log","records":600,"root":"…","size":600}
//
// and, when anything does not hold, {"error":"…","ok":false} with exit status 1.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	limit      = 1 << 25 // bytes of one file; a full bundle of largest entries is 16 MiB
)

// log is a published ledger: a folder or a URL, and what was read of it.
type log struct {
	base string
	read map[string][]byte
}

func (l *log) get(path string) ([]byte, error) {
	if data, ok := l.read[path]; ok {
		return data, nil
	}
	data, err := fetch(l.base, path)
	if err == nil {
		l.read[path] = data
	}
	return data, err
}

func fetch(base, path string) ([]byte, error) {
	if !strings.HasPrefix(base, "http://") && !strings.HasPrefix(base, "https://") {
		return os.ReadFile(filepath.Join(base, filepath.FromSlash(path)))
	}
	response, err := http.Get(strings.TrimSuffix(base, "/") + "/" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, limit))
}

// Height, ReadTiles and SaveTiles make log a tlog.TileReader.
func (l *log) Height() int { return tileHeight }

func (l *log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		data, err := l.get(tilePath(tile))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

func (l *log) SaveTiles([]tlog.Tile, [][]byte) {}

// tilePath is where C2SP tlog-tiles puts a tile: without the height, which is always 8, and with records as "entries".
func tilePath(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

// checkpoint opens a signed note and reads the tree head in it (C2SP tlog-checkpoint).
func (l *log) checkpoint(path, vkey string) (origin string, tree tlog.Tree, err error) {
	data, err := l.get(path)
	if err != nil {
		return "", tree, err
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return "", tree, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return "", tree, fmt.Errorf("%s: %v", path, err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return "", tree, fmt.Errorf("%s: not a checkpoint of %s", path, verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return "", tree, fmt.Errorf("%s: bad size %q", path, lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return "", tree, fmt.Errorf("%s: bad root %q", path, lines[2])
	}
	tree.N = size
	copy(tree.Hash[:], root)
	return lines[0], tree, nil
}

// entries reads the bundles that hold every entry of a tree.
func (l *log) entries(size int64) ([][]byte, error) {
	var out [][]byte
	for first := int64(0); first < size; first += tileWidth {
		width := size - first
		if width > tileWidth {
			width = tileWidth
		}
		path := tilePath(tlog.Tile{H: tileHeight, L: -1, N: first / tileWidth, W: int(width)})
		data, err := l.get(path)
		if err != nil {
			return nil, err
		}
		for i := int64(0); i < width; i++ {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("%s ends inside entry %d", path, first+i)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			out = append(out, data[2:end])
			data = data[end:]
		}
		if len(data) > 0 {
			return nil, fmt.Errorf("%s goes on after its last entry", path)
		}
	}
	return out, nil
}

type report struct {
	Consistent []int64   `json:"consistent"`
	Go         string    `json:"go"`
	Ok         bool      `json:"ok"`
	Origin     string    `json:"origin"`
	Records    int       `json:"records"`
	Root       tlog.Hash `json:"root"`
	Size       int64     `json:"size"`
}

func check(vkey, base string, earlier []string) (*report, error) {
	l := &log{base: base, read: map[string][]byte{}}
	origin, tree, err := l.checkpoint("checkpoint", vkey)
	if err != nil {
		return nil, err
	}
	hashes := tlog.TileHashReader(tree, l)
	records, err := l.entries(tree.N)
	if err != nil {
		return nil, err
	}
	for i, record := range records {
		proof, err := tlog.ProveRecord(tree.N, int64(i), hashes)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %v", i, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), tlog.RecordHash(record)); err != nil {
			return nil, fmt.Errorf("entry %d: %v", i, err)
		}
	}
	consistent := []int64{}
	for _, path := range earlier {
		_, old, err := l.checkpoint(path, vkey)
		if err != nil {
			return nil, err
		}
		proof, err := tlog.ProveTree(tree.N, old.N, hashes)
		if err != nil {
			return nil, fmt.Errorf("%s: %v", path, err)
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
			return nil, fmt.Errorf("%s: %v", path, err)
		}
		consistent = append(consistent, old.N)
	}
	return &report{consistent, runtime.Version(), true, origin, len(records), tree.Hash, tree.N}, nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: main VKEY FOLDER-OR-URL [EARLIER-CHECKPOINT...]")
		os.Exit(2)
	}
	out := json.NewEncoder(os.Stdout)
	found, err := check(os.Args[1], os.Args[2], os.Args[3:])
	if err != nil {
		_ = out.Encode(map[string]interface{}{"ok": false, "error": err.Error()})
		os.Exit(1)
	}
	_ = out.Encode(found)
}
