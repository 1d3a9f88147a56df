using System.IO.Compression;
using System.IO.Pipes;
using System.Text;
using Coda.Data.Archives.Import;
using Coda.Data.Foundation;

namespace Coda.Tests.Archives;

/// <summary>CSV is read as it was stated, whatever stands in it.</summary>
[TestClass]
public sealed class ImportCsvTests : ImportFixture
{
    [TestMethod]
    public void AHeaderThatComesAgainIsAnErrorThatNamesTheRow()
    {
        AssertFault("data row 3: expected 3 fields, as the header has, got 4 (time, site, value, flag)", Each(),
            Csv("time,site,value", "0,0,1", "1,0,2", "time,site,value,flag", "2,0,3,ok"));
        AssertFault("data row 3: expected 3 fields, as the header has, got 1 (time;site;value)", Each(),
            Csv("time,site,value", "0,0,1", "1,0,2", "time;site;value", "2;0;3"));
        AssertFault("data row 2: expected observations, got a second header ('value' is the name of a column)", Each(),
            Csv("time,site,value", "0,0,1", "site,time,value", "0,1,2"));
    }

    [TestMethod]
    public void QuotesAreThoseOfRfc4180HoweverLateTheyCome()
    {
        var rows = Enumerable.Range(0, 30000).Select(i => $"{i},a,1").Append("30000,\"a\",2").Append("30001,\"b, the \"\"second\"\"\",3");
        var (report, cells, names) = Import(Each(), Csv(["time,site,value", .. rows]));
        Assert.AreEqual(30002L, report.Observations);
        CollectionAssert.AreEqual(new[] { "a", "b, the \"second\"" }, names!.ToArray());
        Assert.EndsWith(" 30000:0=2 30001:1=3", cells);
        AssertFault("data row 1: expected quotes around whole fields (RFC 4180)", Each(), Csv("time,site,value", "0,a\"b\",1"));
        AssertFault("data row 2: expected a closing quote", Each(), Csv("time,site,value", "0,a,1", "1,\"a,2", "2,a,3"));
        AssertFault("data row 1: expected a delimiter or the line's end behind a closing quote, got 'b,1", Each(), Csv("time,site,value", "0,\"a\"b,1"));
    }

    [TestMethod]
    public void OnlyColumnsAtTheEndThatNobodyAskedForMayBeMissing()
    {
        Assert.AreEqual("0:0=1.5 1:1=2.5 2:0=3.5", Import(Each(0.5), Csv("time,site,value,flag", "0,0,1.5,ok", "0.5,1,2.5", "1,0,3.5,ok")).Cells);
        AssertFault("data row 2: expected 4 fields, as the header has, got 2 (0.5, 1)", Each(0.5), Csv("time,site,value,flag", "0,0,1.5,ok", "0.5,1"));
        AssertFault("data row 1: expected 3 fields, as the header has, got 4 (0, 0, 1, 5)", Each(), Csv("time,site,value", "0,0,1,5"));
    }

    // What was "4,2,-3.25,ok" was cut off; so may a whole row be that lacks its end.
    [TestMethod]
    public void AFileThatEndsWithinARowIsRefused()
    {
        var file = Csv("time,site,value,flag", "0,0,1,ok");
        File.AppendAllText(file, "4,2,-3.");
        AssertFault("data row 2: expected 4 fields or a line's end behind fewer, got the file's end behind 3", Each(), file);
        File.AppendAllText(file, "25,ok");
        Assert.AreEqual("0:0=1 4:2=-3.25", Import(Each(), file).Cells);
    }

    [TestMethod]
    public void OnlyBlankLinesAndCommentsAreSkipped()
    {
        var (report, cells, _) = Import(Each(), Csv("# made by hand", "", "time,site,value", "  ", "0,0,1", "# 1,0,2", "", "2,0,3", "#"));
        Assert.AreEqual(("0:0=1 2:0=3", 2L, 3L), (cells, report.RowsRead, report.Comments));
        AssertFault("data row 2: expected 3 fields, as the header has, got 1 (made by hand)", Each(), Csv("time,site,value", "0,0,1", "made by hand"));
AssertFault("data row 2: time: expected a number, a date and time in ISO 8601 (2020-01-31", Each(), Csv("time,site,value", "0,0,", ",0,1"));
    }

    [TestMethod]
    [DataRow("\n")]
    [DataRow("\r\n")]
    [DataRow("\r")]
    public void LineEndsAreThoseOfEverySystem(string end) =>
        Assert.AreEqual("0:0=1 1:0=2", Import(Each(), Bytes(Encoding.UTF8.GetBytes($"\uFEFFtime,site,value{end}0,0,1{end}{end}1,0,\"2\""))).Cells);

    [TestMethod]
    [DataRow(",")]
    [DataRow(";")]
    [DataRow("\t")]
    [DataRow("|")]
    public void TheHeaderTellsTheDelimiter(string delimiter) =>
        Assert.AreEqual("0:0=1", Import(Each(), Csv($"time{delimiter}site{delimiter}value", $"0{delimiter}0{delimiter}1")).Cells);

    [TestMethod]
    public void ADelimiterThatWasStatedIsTaken()
    {
        Assert.AreEqual("0:0=1", Import(Each() with { Delimiter = "~" }, Csv("time~site~value~a,b", "0~0~1~c,d")).Cells);
        AssertFault("expected a column 'time', got time,site,value", Each() with { Delimiter = ";" }, Csv("time,site,value", "0,0,1"));
        foreach (var delimiter in new[] { "", ",,", "\"", "é", "1", "\n" })
        {
            var fault = Assert.ThrowsExactly<ArgumentException>(
                () => ObservationImport.Run(NewFile(""), Each() with { Files = ["none"], Delimiter = delimiter }));
            Assert.Contains("delimiter: expected one character", fault.Message);
        }
    }

    [TestMethod]
    public void ACommaIsTheDecimalSignWhereThatIsSaid()
    {
        var file = Csv("time;site;value", "0;0;1,5", "0,5;1;2,5e0", "1;0;-3,5");
        Assert.AreEqual("0:0=1.5 1:1=2.5 2:0=-3.5", Import(Each(0.5) with { Decimal = ',' }, file).Cells);
        AssertFault("data row 1: value: expected a finite number, got '1,5'. Where a comma is the decimal sign, say so with --decimal ,.", Each(0.5), file);
        AssertFault("value: expected a finite number, got '1.234'", Each(0.5) with { Decimal = ',' }, Csv("time;site;value", "0;0;1.234"));
    }

    [TestMethod]
    public void AnEncodingIsStatedOrUtf8()
    {
        var text = "time,site,value\n0,Tromsø,1\n1,Århus,2\n";
        var latin = Bytes(Encoding.Latin1.GetBytes(text));
        AssertFault("data row 1: expected text in UTF-8, got bytes that look like Latin-1 (ISO 8859-1) "
            + "('Tromsø' in it). State the encoding, as in --encoding latin1", Each(), latin);
        AssertFault("header: expected text in UTF-8, got bytes that look like UTF-16", Each(), Bytes(new UnicodeEncoding(false, false).GetBytes(text)));
        AssertFault("expected text in the encoding that was stated, got bytes that are none", Each() with { Encoding = "us-ascii" }, latin);
        string[] expected = ["Tromsø", "Århus"];
        CollectionAssert.AreEqual(expected, Import(Each(), Csv(text)).Names!.ToArray());
        CollectionAssert.AreEqual(expected, Import(Each() with { Encoding = "latin1" }, latin).Names!.ToArray());
        CollectionAssert.AreEqual(expected, Import(Each() with { Encoding = "windows-1252" }, latin).Names!.ToArray());
        CollectionAssert.AreEqual(
            expected, Import(Each() with { Encoding = "utf-16" }, Bytes(new UnicodeEncoding(false, false).GetBytes(text))).Names!.ToArray());
        CollectionAssert.AreEqual(
            expected, Import(Each(), Bytes([.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(text)])).Names!.ToArray());
        var fault = Assert.ThrowsExactly<ArgumentException>(() => ObservationImport.Run(NewFile(""), Each() with { Files = [latin], Encoding = "latin-nine" }));
        Assert.Contains("encoding: expected a name such as utf-8", fault.Message);
    }

    [TestMethod]
    public void OptionsOfCsvNeedCsv()
    {
        var file = Parquet("SELECT 0 AS time, 0 AS site, 1.5 AS value");
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Import(Each() with { Decimal = ',' }, file));
        Assert.Contains("expected none where no file is CSV", fault.Message);
        Assert.AreEqual("0:0=1.5 1:0=2.5", Import(Each() with { Decimal = ',' }, file, Csv("time;site;value", "1;0;2,5")).Cells);
    }

    [TestMethod]
    public void WhatIsWrittenByTheStandardIsReadAsItWas()
    {
        const string Letters = "ab ,;\"\r\n#é";
        var random = new CounterRandom(7, 1);
        var rows = Enumerable.Range(0, 60000).Select(_ => Enumerable.Range(0, 3).Select(_ => Text()).ToArray()).ToList();
        string Text() => string.Concat(Enumerable.Range(0, (int)random.NextInteger(8)).Select(_ => Letters[(int)random.NextInteger(Letters.Length)]));
        static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"")}\"";
        var file = Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => string.Join(',', row.Select(Quoted)) + "\r\n").Prepend("a,b,c\n")));
        using var read = new CsvRows("FILE", new MemoryStream(file), CsvDialect.Of(Each()), ["a"]);
        read.Select(["c", "a", "b"]);
        foreach (var row in rows)
        {
            Assert.IsTrue(read.Next());
            string[] expected = [row[2], row[0], row[1]];
            CollectionAssert.AreEqual(
                expected.Select(text => text.Trim(' ')).ToArray(), Enumerable.Range(0, 3).Select(i => Encoding.UTF8.GetString(read.Field(i))).ToArray());
        }

        Assert.IsFalse(read.Next());
    }

    [TestMethod]
    public void DamagedBytesGiveRowsOrAnErrorThatNamesOne()
    {
        var file = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(i => $"{i},\"s{i}\",{i}.5\n").Prepend("time,site,value\n")));
        var random = new CounterRandom(7, 2);
        for (var run = 0; run < 500; run++)
        {
            var damaged = (byte[])file.Clone();
            for (var i = 0; i < 3; i++)
            {
                damaged[random.NextInteger(file.Length)] = (byte)"\"\0\r\n,;#9\u00FF"[(int)random.NextInteger(9)];
            }

            try
            {
                using var rows =
                    new CsvRows("FILE", new MemoryStream(damaged[..(int)random.NextInteger(file.Length)]), CsvDialect.Of(Each()), ["time", "site", "value"]);
                rows.Select(["time", "site", "value"]);
                while (rows.Next())
                {
                    Assert.IsLessThan(file.Length, rows.Field(1).Length);
                }
            }
            catch (InvalidDataException fault)
            {
                Assert.StartsWith("FILE", fault.Message);
                Assert.DoesNotContain("System.", fault.Message);
            }
        }
    }

    [TestMethod]
    public void FilesMayBePacked()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write("time,site,value\n0,0,1\n"u8);
        }

        var bytes = packed.ToArray();
        Assert.AreEqual("0:0=1", Import(Each(), Bytes(bytes, ".csv.gz")).Cells);
        bytes[12] ^= 0x55;
        AssertFault("expected a whole gzip file", Each(), Bytes(bytes, ".csv.gz"));
        AssertFault("got zstd", Each(), Bytes([0x28, 0xB5, 0x2F, 0xFD, 0], ".csv.zst"));
    }

    [TestMethod]
    public void ControlCharactersAreNotShownAsTheyAre()
    {
        AssertFault("got '\\u001B[31m1'", Each(), Csv("time,site,value", "0,0,\u001b[31m1"));
        AssertFault("got \\u001B]0;x, site", Each(), Csv("\u001b]0;x,site", "0,0"));
    }

    [TestMethod]
    public void APipeIsReadOnce()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("Pipes have names in /dev/fd on Linux.");
        }

        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var client = new AnonymousPipeClientStream(PipeDirection.In, pipe.GetClientHandleAsString());
        var path = $"/dev/fd/{client.SafePipeHandle.DangerousGetHandle()}";
        var writing = Task.Run(() =>
        {
            pipe.Write("time,site,value\n0,0,1\n1,0,2\n"u8);
            pipe.Dispose();
        });
        Assert.AreEqual("0:0=1 1:0=2", Import(Each(), path).Cells);
        writing.Wait();
    }

    [TestMethod]
    public void APipeThatNobodyWritesToCanBeLeft()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("Pipes have names in /dev/fd on Linux.");
        }

        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        var archive = NewFile(".archive");
        var options = Each() with { Files = [$"/dev/fd/{pipe.GetClientHandleAsString()}"] };
        Assert.Throws<OperationCanceledException>(() => ObservationImport.Run(archive, options, cancellation: source.Token));
        Assert.IsFalse(Directory.Exists(archive));
    }
}
