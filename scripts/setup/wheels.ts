// What `npm run setup:tensorflow` takes from PyPI, by SHA-256. The GPU's are those that `tensorflow[and-cuda]==2.21.0` names.

/** libtensorflow's version. */
export const version = '2.21.0';

export interface Wheel {
  package: string;
  version: string;
  sha256: string;
  /** Of the download. */
  bytes: number;
}

/** Any Python's pip gets the same file: only the library inside is used. */
export const platform = [
  '--python-version',
  '3.11',
  '--implementation',
  'cp',
  '--abi',
  'cp311',
  '--abi',
  'none',
].concat(
  [28, 27, 25, 17, 12, 5].flatMap((glibc) => ['--platform', `manylinux_2_${glibc}_x86_64`]),
  ['--platform', 'manylinux2014_x86_64', '--platform', 'manylinux2010_x86_64'],
);

export const cpuWheels: readonly Wheel[] = [
  {
    package: 'tensorflow-cpu',
    version,
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    bytes: 273_829_956,
  },
];

export const gpuWheels: readonly Wheel[] = [
  ['tensorflow', version, '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124', 572_440_367],
  ['nvidia-cublas-cu12', '12.9.3.13', 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72', 581_217_458],
  ['nvidia-cuda-cupti-cu12', '12.9.79', '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f', 10_814_997],
  ['nvidia-cuda-nvcc-cu12', '12.9.86', '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0', 40_546_229],
  ['nvidia-cuda-nvrtc-cu12', '12.9.86', '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4', 89_568_129],
  [
    'nvidia-cuda-runtime-cu12',
    '12.9.79',
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
    3_493_179,
  ],
  ['nvidia-cudnn-cu12', '9.28.0.42', '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375', 716_538_495],
  ['nvidia-cufft-cu12', '11.4.1.4', 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28', 200_877_592],
  ['nvidia-curand-cu12', '10.3.10.19', '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e', 68_295_626],
  [
    'nvidia-cusolver-cu12',
    '11.7.5.82',
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
    338_117_415,
  ],
  [
    'nvidia-cusparse-cu12',
    '12.5.10.65',
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
    366_465_088,
  ],
  ['nvidia-nccl-cu12', '2.32.3', 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c', 351_526_311],
  ['nvidia-nvjitlink-cu12', '12.9.86', 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9', 39_748_338],
].map(([name, number, sha256, bytes]) => ({ package: name, version: number, sha256, bytes }) as Wheel);
