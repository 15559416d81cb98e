export const options = {cloud: {apm: [new Array(3).map((_,i)=>i), Array(2).fill(1)]}};
