const s=Symbol('x'); const o={[Symbol.iterator]:1, [s]:2}; 
export const options = {cloud: {apm: [Object.getOwnPropertySymbols(o).length, Object.getOwnPropertySymbols({...o}).length, Symbol.iterator in o, typeof Symbol.iterator, o[s]]}};
