let n=0; try{ 'a' in 5; n=1 }catch(e){n=2}
export const options = {cloud: {apm: [n]}};
