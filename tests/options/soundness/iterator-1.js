let n=1; const it={[Symbol.iterator](){n=2; return [][Symbol.iterator]()}}; const a=[...it];
export const options = {cloud: {apm: [n]}};
