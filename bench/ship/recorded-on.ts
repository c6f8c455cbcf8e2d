/** What `bench/data/features-0.5b.jsonl.gz` was recorded on. */
export const RECORDED_ON = {
  model: 'Qwen2.5-Coder 0.5B Instruct Q4_K_M',
  /** Of the lower-case names under which an engine may list this model, whatever its quantisation. */
  name: '^(?!.*base).*qwen2\\.5-coder[-:]0\\.5b',
  /** The publisher's GGUF, and Ollama's manifest of the model that `npm run setup` creates from it. */
  digests: [
    'sha256:1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32',
    'sha256:90126345ce631d40f889cae8828d2dd0f5c59a72cb96545a8f612cf79980b6c1',
  ],
  engine: 'ollama 0.32.15',
} as const;
