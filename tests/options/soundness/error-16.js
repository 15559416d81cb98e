let n=0; try{ 'a'.repeat(-1); n=1 }catch(e){n=2}
export const options = {cloud: {apm: [n]}};
