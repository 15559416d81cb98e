let n=0; const c={}; try{ Object.entries(c.x); n=1 }catch(e){n=2}
export const options = {cloud: {apm: [n]}};
