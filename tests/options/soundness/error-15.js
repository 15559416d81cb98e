const o=Object.freeze([1]); let n=0; try{ o.push(2); n=1 }catch(e){n=2}
export const options = {cloud: {apm: [n]}};
