// Reads one table of an archive with hyparquet, knowing only what archive.json says.
// Takes { archive, table }; gives { schema, columns }, with 64-bit integers as text.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const { archive, table } = JSON.parse(readFileSync(0, 'utf8'))
const description = JSON.parse(readFileSync(join(archive, 'archive.json'), 'utf8'))
const parts = Object.keys(description.checksums).filter(name => name.startsWith(`${table}/`)).sort()
const schema = []
const columns = {}
for (const part of parts) {
  const file = await asyncBufferFromFile(join(archive, part))
  const metadata = await parquetMetadataAsync(file)
  schema.push(metadata.schema.filter(element => element.type).map(element => `${element.name} ${element.type}`).join(', '))
  for (const row of await parquetReadObjects({ file, metadata, compressors })) {
    for (const [name, value] of Object.entries(row)) {
      (columns[name] ??= []).push(typeof value === 'bigint' ? value.toString() : value)
    }
  }
}

process.stdout.write(JSON.stringify({ schema, columns }))
