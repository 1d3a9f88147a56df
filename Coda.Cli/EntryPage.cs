using System.Reflection;
using Coda.Workflows.Describing;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>An entry of a catalogue for people: what it is, where it comes from, and what each option means.</summary>
internal static class EntryPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="more">What else is known of it.</param>
    public static void Entry(this IAnsiConsole console, EntryDescription entry, params (string Name, string? Value)[] more)
    {
        console.Facts($"{entry.Kind} {entry.Name}", [("what it is", entry.Summary), ("source", entry.Source), .. more]);
        if (entry.Options.Count > 0)
        {
            console.Words(
                "", ["option", "type", entry.Kind == "experiment" ? "value" : "default", "range", "meaning"],
                entry.Options.Select(o => (string[])[o.Name, o.Type, ReferenceDocument.Words(o.Default), o.Range, o.Meaning]));
        }
    }

    /// <summary>Warns where an assembly comes without its documentation, so that nothing says what its options mean.</summary>
    /// <param name="terminal">Takes the warning.</param>
    /// <param name="assembly">The assembly.</param>
    public static void RequireDocumentation(this Terminal terminal, Assembly assembly)
    {
        if (!XmlDocumentation.IsThere(assembly))
        {
            var name = assembly.GetName().Name;
            terminal.Warnings.Add(
                "no-documentation",
                $"{name}.dll: expected {name}.xml beside it, got none, so that meanings are not shown. Build it with <GenerateDocumentationFile>true.");
        }
    }
}
