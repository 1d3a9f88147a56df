using Coda.Data.Foundation;

namespace Coda.Tests.Foundation;

/// <summary>What text from elsewhere looks like in a message.</summary>
[TestClass]
public sealed class ForeignTextTests
{
    [TestMethod]
    [DataRow("plain, ü, 40 °, \U0001F600", "plain, ü, 40 °, \U0001F600")]
    [DataRow("a\u001b[31mred", "a\\u001b[31mred")]
    [DataRow("a\r\nb\tc\0", "a\\u000d\\u000ab\\u0009c\\u0000")]
    [DataRow("\u009b1m\u007f", "\\u009b1m\\u007f")]
    [DataRow("exe\u202egpj", "exe\\u202egpj")]
    [DataRow("a\u2028b\u200b", "a\\u2028b\\u200b")]
    public void WhatDoesNotShowAsItselfIsWrittenByItsNumber(string text, string shown) => Assert.AreEqual(shown, ForeignText.Escape(text));

    [TestMethod]
    public void HalvesOfPairsAreWrittenByTheirNumber() => Assert.AreEqual("a\\ud800b\\udc00", ForeignText.Escape("a" + (char)0xD800 + "b" + (char)0xDC00));

    [TestMethod]
    public void PlainTextIsNotCopied()
    {
        var text = new string('x', 8);
        Assert.AreSame(text, ForeignText.Escape(text));
    }

    [TestMethod]
    public void LongTextEndsInDots()
    {
        Assert.AreEqual("abc", ForeignText.Shorten("abc", 4));
        Assert.AreEqual("a...", ForeignText.Shorten("abcde", 4));
        Assert.AreEqual("a...", ForeignText.Shorten("a\U0001F600cdef", 5));
    }
}
