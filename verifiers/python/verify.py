#!/usr/bin/env python3
"""Verifies an exported Fairlead log without any of Fairlead's code.

    verify.py DIR [--vkey KEY] [--checkpoint FILE] [--witness-vkey KEY]... [--foreign]

DIR holds `checkpoint`, `vkey`, `tile/<level>/<n>[.p/<w>]` and `tile/entries/<n>[.p/<w>]` as tlog-tiles lays them out
(c2sp.org/tlog-tiles). Everything is recomputed from the entries' bytes: RFC 6962 leaf hashes, every tile of hashes, the
root, and the log's Ed25519 signature over it (c2sp.org/tlog-checkpoint, c2sp.org/signed-note).

Where the log's key changed, `rotations` holds the checkpoints at which it did, each signed by the key before too. A change
counts only if that signature holds and an entry below that checkpoint names both keys.

After pruning, `minimum` names the index below which there are hashes only; an entry must say so. Those entries are checked
by their hashes, which the signed root covers, and what they said isn't looked at.

--vkey          a verifier key of the log from a source you trust, of now or of before a change; without it the one in
                DIR is believed
--checkpoint    a checkpoint you kept: the log must still begin with exactly that tree
--witness-vkey  a witness whose cosignature (c2sp.org/tlog-cosignature) the checkpoint must carry; may be repeated
--foreign       the log is not Fairlead's: entries are any bytes

Exit 0: it verifies. 1: it does not. 2: it could not be read. Needs Python 3.8 and nothing else; where the
`cryptography` package is installed, signatures are checked with it.
"""
import argparse
import base64
import hashlib
import json
import os
import struct
import sys

WIDTH = 256
HASH = 32


class Invalid(Exception):
    """What was found wrong, in one sentence."""


# Ed25519 (RFC 8032, section 5.1), for machines without the `cryptography` package. Verification only: slow, and not
# constant in time, which does not matter for public values.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def _recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


def _point(data):
    y = int.from_bytes(data, "little")
    sign = y >> 255
    y &= (1 << 255) - 1
    x = _recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def _add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _base():
    y = 4 * pow(5, P - 2, P) % P
    x = _recover_x(y, 0)
    return (x, y, 1, x * y % P)


def _verify_plain(public, message, signature):
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _multiply(s, _base()), _add(r, _multiply(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def verify_ed25519(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return _verify_plain(public, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


# Signed notes and checkpoints.
class Key:
    """A verifier key `name+hex(key id)+base64(type, public key)`; type 1 signs notes, type 4 cosigns checkpoints."""

    def __init__(self, text):
        self.text = text.strip()
        parts = self.text.split("+", 2)
        if len(parts) != 3:
            raise Invalid("a verifier key reads name+hash+base64")
        self.name, key_id, data = parts
        raw = _base64(data, "the verifier key")
        if len(raw) != 33 or raw[0] not in (1, 4):
            raise Invalid("the verifier key is not an Ed25519 key")
        self.type, self.public = raw[0], raw[1:]
        digest = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()
        self.id = digest[:4]
        if self.id.hex() != key_id:
            raise Invalid("the key id does not belong to the verifier key")


def _base64(text, what):
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Invalid(what + " is not base64") from None


def parse_note(data):
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("the checkpoint is not UTF-8") from None
    cut = text.rfind("\n\n")
    if cut < 0 or not text.endswith("\n"):
        raise Invalid("the checkpoint is not a signed note")
    signatures = []
    for line in text[cut + 2 : -1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014":
            raise Invalid("a signature line of the checkpoint is malformed")
        raw = _base64(parts[2], "a signature")
        if len(raw) < 5:
            raise Invalid("a signature is too short")
        signatures.append((parts[1], raw[:4], raw[4:]))
    return text[: cut + 1], signatures


def check_signature(text, signatures, key):
    mine = [raw for name, key_id, raw in signatures if name == key.name and key_id == key.id]
    if not mine:
        raise Invalid("no signature of " + key.name + " on the checkpoint")
    for raw in mine:
        message = text.encode()
        if key.type == 4:
            if len(raw) != 72:
                raise Invalid("the cosignature of " + key.name + " has the wrong length")
            time = struct.unpack(">Q", raw[:8])[0]
            message = ("cosignature/v1\ntime %d\n" % time).encode() + message
            raw = raw[8:]
        if not verify_ed25519(key.public, message, raw):
            raise Invalid("the signature of " + key.name + " does not verify")


def check_any(note, keys):
    for key in keys:
        try:
            return open_checkpoint(note, key)
        except Invalid as problem:
            last = problem
    raise last


def open_checkpoint(data, key):
    text, signatures = parse_note(data)
    check_signature(text, signatures, key)
    size, root = read_checkpoint(text, key.name)
    return size, root, text, signatures


def read_checkpoint(text, origin):
    lines = text.split("\n")
    if len(lines) < 4 or lines[0] != origin:
        raise Invalid("the checkpoint is about another log than the key")
    if not lines[1].isdigit() or (len(lines[1]) > 1 and lines[1][0] == "0"):
        raise Invalid("the checkpoint's size is not a number")
    root = _base64(lines[2], "the checkpoint's root")
    if len(root) != HASH:
        raise Invalid("the checkpoint's root is not a hash")
    return int(lines[1]), root


# Changes of the log's key.
def split_notes(data):
    blocks = [block for block in data.decode("utf-8").split("\n\n") if block.strip()]
    if len(blocks) % 2:
        raise Invalid("the rotations are not signed notes")
    return [(blocks[i] + "\n\n" + blocks[i + 1].rstrip() + "\n").encode() for i in range(0, len(blocks), 2)]


class Keys:
    """The keys of a log, followed from a trusted one; what the key before did not sign changes nothing."""

    def __init__(self, trusted, notes):
        self.trusted = trusted
        self.notes = [(read_checkpoint(parse_note(note)[0], trusted.name), note) for note in notes]
        self.described = []
        self.roots = {}

    def wanted(self):
        return {size for (size, _), _ in self.notes}

    def take(self, index, entry):
        if b'"ledger.key-rotated"' not in entry:
            return
        fields = json.loads(entry.decode("utf-8"))
        if fields.get("kind") != "admin" or fields.get("what") != "ledger.key-rotated":
            return
        details = fields.get("details") or {}
        self.described.append((index, details.get("from"), details.get("to")))

    def follow(self):
        """Every key that led to the one of now, or came from the trusted one; the last one signs."""
        chain = [self.trusted]
        for (size, root), note in self.notes:
            if self.roots.get(size) != root:
                continue
            for index, old, new in self.described:
                if index < size and old == chain[-1].text:
                    try:
                        open_checkpoint(note, chain[-1])
                    except Invalid:
                        continue
                    chain.append(Key(new))
                    break
        return chain

    def earlier(self, chain):
        """Keys that a key of the chain took over from: for checkpoints that were kept before that."""
        known = list(chain)
        for (size, _), note in reversed(self.notes):
            for index, old, new in self.described:
                if index < size and new == known[0].text and isinstance(old, str):
                    try:
                        open_checkpoint(note, Key(old))
                        known.insert(0, Key(old))
                    except Invalid:
                        pass
                    break
        return known


# The tree.
def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """Grows leaf by leaf; keeps the right edge, and hands over each hash of a tile level as it becomes whole."""

    def __init__(self, on_hash):
        self.size = 0
        self.edge = []
        self.on_hash = on_hash

    def append(self, leaf):
        self.on_hash(0, self.size, leaf)
        node, level, index = leaf, 0, self.size
        self.size += 1
        while index & 1:
            node = node_hash(self.edge.pop(), node)
            level, index = level + 1, index >> 1
            if level % 8 == 0:
                self.on_hash(level // 8, index, node)
        self.edge.append(node)

    def root(self):
        if not self.edge:
            return hashlib.sha256(b"").digest()
        root = self.edge[-1]
        for node in reversed(self.edge[:-1]):
            root = node_hash(node, root)
        return root


def tile_path(level, index, width):
    digits = str(index)
    digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    name = "/".join(["x" + group for group in groups[:-1]] + [groups[-1]])
    return "tile/%s/%s%s" % (level, name, "" if width == WIDTH else ".p/%d" % width)


class Folder:
    def __init__(self, path):
        self.path = path
        self.level = {}

    def read(self, name):
        with open(os.path.join(self.path, name), "rb") as file:
            return file.read()

    def has(self, name):
        return os.path.exists(os.path.join(self.path, name))

    def tile(self, name):
        try:
            return self.read(name)
        except FileNotFoundError:
            raise Invalid(name + " is missing") from None

    def minimum(self, size):
        if not self.has("minimum"):
            return 0
        text = self.read("minimum").decode("utf-8").strip()
        if not text.isdigit() or int(text) > size or int(text) % WIDTH:
            raise Invalid("the minimum index is none")
        return int(text)

    def entries(self, size, minimum):
        for index in range(minimum // WIDTH, -(-size // WIDTH)):
            width = min(WIDTH, size - index * WIDTH)
            name = tile_path("entries", index, width)
            data, at, count = self.tile(name), 0, 0
            while at < len(data):
                if at + 2 > len(data):
                    raise Invalid(name + " is cut off")
                end = at + 2 + struct.unpack(">H", data[at : at + 2])[0]
                if end > len(data):
                    raise Invalid(name + " is cut off")
                yield data[at + 2 : end]
                at, count = end, count + 1
            if count != width:
                raise Invalid("%s holds %d entries, not %d" % (name, count, width))

    def hash_at(self, level, index, size):
        tile = index // WIDTH
        if self.level.get(level, (None,))[0] != tile:
            width = min(WIDTH, size // WIDTH**level - tile * WIDTH)
            name = tile_path(level, tile, width)
            data = self.tile(name)
            if len(data) != width * HASH:
                raise Invalid(name + " has the wrong length")
            self.level[level] = (tile, data)
        at = (index % WIDTH) * HASH
        return self.level[level][1][at : at + HASH]


def check_entry(index, entry, ids, operations, minimum):
    try:
        fields = json.loads(entry.decode("utf-8"))
        entry_id, kind, op = fields["id"], fields["kind"], fields.get("op")
    except (ValueError, KeyError, AttributeError, TypeError):
        raise Invalid("entry %d is not one of Fairlead's" % index) from None
    if entry_id in ids:
        raise Invalid("the id of entry %d occurs twice" % index)
    ids.add(entry_id)
    if kind == "decision":
        if op != entry_id:
            raise Invalid("decision %d has another op than id" % index)
        operations[op] = fields.get("decision")
    elif kind in ("outcome", "recovery"):
        state = operations.get(op)
        if state is None and not minimum:
            raise Invalid("entry %d has no decision before it" % index)
        if state in ("deny", "closed"):
            raise Invalid("entry %d closes a call that was denied or closed before" % index)
        operations[op] = "closed"


class Pruning:
    """Up to where entries say that those before them were pruned."""

    def __init__(self):
        self.minimum = 0

    def take(self, index, entry):
        if b'"ledger.pruned"' not in entry:
            return
        fields = json.loads(entry.decode("utf-8"))
        found = (fields.get("details") or {}).get("minimum")
        if fields.get("kind") == "admin" and fields.get("what") == "ledger.pruned" and isinstance(found, int) and found <= index:
            self.minimum = max(self.minimum, found)


def verify(args):
    folder = Folder(args.dir)
    key = Key(args.vkey if args.vkey else folder.read("vkey").decode("utf-8"))
    note = folder.read("checkpoint")
    text, signatures = parse_note(note)
    size, root = read_checkpoint(text, key.name)
    for witness in args.witness_vkey:
        check_signature(text, signatures, Key(witness))
    keys = Keys(key, split_notes(folder.read("rotations")) if folder.has("rotations") else [])
    kept = kept_note = None
    if args.checkpoint:
        with open(args.checkpoint, "rb") as file:
            kept_note = file.read()
        kept = read_checkpoint(parse_note(kept_note)[0], key.name)
        if kept[0] > size:
            raise Invalid("the kept checkpoint covers %d entries, this log only %d: it was rolled back" % (kept[0], size))
    ids, operations = set(), {}

    def compare(level, index, value):
        if folder.hash_at(level, index, size) != value:
            raise Invalid("hash %d of tile level %d is not that of its entries" % (index, level))

    tree = Tree(compare)
    wanted = keys.wanted()
    minimum, said = folder.minimum(size), Pruning()

    def before(index):
        if tree.size in wanted:
            keys.roots[tree.size] = tree.root()
        if kept is not None and kept[0] == index and tree.root() != kept[1]:
            raise Invalid("the first %d entries are not those of the kept checkpoint" % index)

    # Of pruned entries the hashes are left: that they are those that were signed, the root shows.
    for index in range(minimum):
        before(index)
        tree.append(folder.hash_at(0, index, size))
    for index, entry in enumerate(folder.entries(size, minimum), minimum):
        before(index)
        if not args.foreign:
            check_entry(index, entry, ids, operations, minimum)
            keys.take(index, entry)
            said.take(index, entry)
        tree.append(leaf_hash(entry))
        if tree.size in wanted:
            keys.roots[tree.size] = tree.root()
    if kept is not None and kept[0] == size and tree.root() != kept[1]:
        raise Invalid("the entries are not those of the kept checkpoint: a split view")
    if tree.root() != root:
        raise Invalid("the entries do not have the root that was signed")
    if minimum > said.minimum and not args.foreign:
        raise Invalid("no entry says that those below %d were pruned" % minimum)
    chain = keys.follow()
    check_signature(text, signatures, chain[-1])
    if kept_note is not None:
        check_any(kept_note, keys.earlier(chain))
    return "ok: %d entries of %s, root %s" % (size, key.name, root.hex())


def main():
    parser = argparse.ArgumentParser(description="Verifies an exported Fairlead log.")
    parser.add_argument("dir")
    parser.add_argument("--vkey")
    parser.add_argument("--checkpoint")
    parser.add_argument("--witness-vkey", action="append", default=[])
    parser.add_argument("--foreign", action="store_true")
    args = parser.parse_args()
    try:
        print(verify(args))
        return 0
    except Invalid as problem:
        print("INVALID: %s" % problem)
        return 1
    except (OSError, UnicodeDecodeError) as problem:
        print("cannot read: %s" % problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
