let n=0; const z=null; try{ delete z.x; n=1 }catch(e){n=2}
export const options = {cloud: {apm: [n]}};
