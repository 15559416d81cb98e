const m=new Map([[1,2]]); 
export const options = {cloud: {apm: [m.keys().length, JSON.stringify(m.values()), Array.isArray([1].keys())]}};
