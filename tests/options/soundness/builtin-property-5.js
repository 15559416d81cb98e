export const options = {cloud: {apm: [typeof [][Symbol.iterator], typeof ''[Symbol.iterator]]}};
