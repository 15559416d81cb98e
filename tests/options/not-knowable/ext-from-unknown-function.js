import { cloud } from 'k6/x/cloud';

export const options = {
  vus: 1,
  ext: cloud.ext(),
};

export default function () {}
