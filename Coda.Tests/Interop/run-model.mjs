// Runs ONNX files with onnxruntime-node. Takes [{ path, inputs: { name: { shape, data } } }]; gives a list of { name: { shape, data } }.
import { readFileSync } from 'node:fs'
import ort from 'onnxruntime-node'

const results = []
for (const { path, inputs } of JSON.parse(readFileSync(0, 'utf8'))) {
  const session = await ort.InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 })
  const feeds = Object.entries(inputs).map(([name, { shape, data }]) => [name, new ort.Tensor('float32', Float32Array.from(data), shape)])
  const outputs = await session.run(Object.fromEntries(feeds))
  results.push(Object.fromEntries(Object.entries(outputs).map(([name, { dims, data }]) => [name, { shape: dims, data: Array.from(data) }])))
}

process.stdout.write(JSON.stringify(results))
