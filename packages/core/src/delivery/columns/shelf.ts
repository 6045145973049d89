/** Lists of numbers by place, one behind the other: to read those of many places is to read on in one array. */
export interface Shelf {
  /** Puts a list where another one may have been. */
  put(place: number, list: Uint32Array): void;
  sizeOf(place: number): number;
  /** A copy of what lies in some places, in their order. */
  gather(places: Uint32Array): Uint32Array;
}

const leastRoom = 1024;

export function createShelf(): Shelf {
  let values = new Uint32Array(leastRoom);
  /** Of `values`, and of those how many belong to nobody any more. */
  let [used, wasted] = [0, 0];
  let from = new Uint32Array(leastRoom);
  let sizes = new Uint32Array(leastRoom);
  let rooms = new Uint32Array(leastRoom);
  const haveRoomFor = (count: number) => {
    if (used + count <= values.length) return;
    // What's wasted is used again before more is asked for.
    const isWasteful = wasted > used / 2;
    const needed = (isWasteful ? used - wasted : used) + count;
    const larger = new Uint32Array(Math.max(leastRoom, Math.ceil(needed * 1.5)));
    if (isWasteful) pushTogether(larger);
    else larger.set(values);
    values = larger;
  };
  const pushTogether = (into: Uint32Array) => {
    let at = 0;
    for (let place = 0; place < from.length; place++) {
      const size = sizes[place]!;
      into.set(values.subarray(from[place]!, from[place]! + size), at);
      from[place] = at;
      rooms[place] = size;
      at += size;
    }
    [used, wasted] = [at, 0];
  };
  return {
    put(place, list) {
      if (place >= from.length) {
        [from, sizes, rooms] = [enlarged(from, place), enlarged(sizes, place), enlarged(rooms, place)];
      }
      if (list.length > rooms[place]!) {
        wasted += rooms[place]!;
        [sizes[place], rooms[place]] = [0, 0];
        haveRoomFor(list.length);
        from[place] = used;
        rooms[place] = list.length;
        used += list.length;
      }
      sizes[place] = list.length;
      values.set(list, from[place]);
    },
    sizeOf: (place) => sizes[place] ?? 0,
    gather(places) {
      let count = 0;
      for (let i = 0; i < places.length; i++) count += sizes[places[i]!]!;
      const gathered = new Uint32Array(count);
      let at = 0;
      for (let i = 0; i < places.length; ) {
        const start = from[places[i]!]!;
        let end = start;
        // Lists that lie behind each other are copied at once.
        do end += sizes[places[i++]!]!;
        while (i < places.length && from[places[i]!] === end);
        gathered.set(values.subarray(start, end), at);
        at += end - start;
      }
      return gathered;
    },
  };
}

function enlarged(numbers: Uint32Array, place: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(place + 1, numbers.length * 2));
  larger.set(numbers);
  return larger;
}
