// A build task, compiled by OldLibstdcxx.targets and no part of the assembly; it is limited to .NET Standard 2.0. Its tests compile it without MSBuild.
#nullable disable
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace AudioCodec.Torch.OldLibstdcxx;

#if !WITHOUT_MSBUILD
/// <summary>Copies a library (ELF, 64 bits, little endian) with one of the versions that it needs marked weak: it then loads where that version is missing.</summary>
public sealed class WeakVersionNeed : Microsoft.Build.Utilities.Task
{
    /// <summary>The library; not changed.</summary>
    public string Library { get; set; }

    /// <summary>Name of the version, such as GLIBCXX_3.4.32.</summary>
    public string Version { get; set; }

    /// <summary>The only symbol that may want this version, and that no relocation may name.</summary>
    public string Symbol { get; set; }

    /// <summary>Where the copy goes.</summary>
    public string Result { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            byte[] library = ElfLibrary.WithWeakNeed(File.ReadAllBytes(Library), Version, Symbol);
            Directory.CreateDirectory(Path.GetDirectoryName(Result));
            File.WriteAllBytes(Result, library);
        }
        catch (Exception error) when (error is InvalidDataException || error is ArgumentException || error is IOException || error is UnauthorizedAccessException)
        {
            Log.LogError("{0} is not the library that OldLibstdcxx.targets knows: {1} If TorchSharp changed, see what its library needs now (readelf -V) and whether the targets are needed at all.", Library, error.Message);
        }

        return !Log.HasLoggedErrors;
    }
}
#endif

/// <summary>The parts of an ELF file that tell which versions of symbols a library needs. Source: System V ABI (sections, symbols, relocations), Linux Standard Base (versions).</summary>
public sealed class ElfLibrary
{
    private const int Rela = 4;
    private const int Rel = 9;
    private const int DynamicSymbols = 11;
    private const int VersionNeeds = 0x6ffffffe;
    private const int VersionsOfSymbols = 0x6fffffff;
    private const int SymbolSize = 24;
    private const int RelocationSize = 24;
    private const ushort WeakFlag = 2;

    private readonly byte[] _bytes;
    private readonly List<Section> _sections = new List<Section>();

    private ElfLibrary(byte[] bytes)
    {
        _bytes = bytes;
        Check(bytes.Length > 64 && U32(0) == 0x464c457f && bytes[4] == 2 && bytes[5] == 1, "it is no ELF file of 64 bits, little endian.");
        int table = Offset(40);
        int size = U16(58);
        for (int i = 0; i < U16(60); i++)
        {
            int at = table + (i * size);
            _sections.Add(new Section { Type = (int)U32(at + 4), Start = Offset(at + 24), Length = Offset(at + 32), Link = (int)U32(at + 40) });
        }
    }

    /// <summary>The library's bytes with VER_FLG_WEAK set in the one entry of .gnu.version_r that names <paramref name="version"/>.</summary>
    /// <exception cref="InvalidDataException">No entry or several name it, the flag is set, another symbol wants the version, or a relocation names the symbol.</exception>
    public static byte[] WithWeakNeed(byte[] library, string version, string symbol)
    {
        var elf = new ElfLibrary((byte[])library.Clone());
        int entry = elf.FindNeed(version);
        int flags = entry + 4;
        Check(elf.U16(flags) == 0, version + " has flags already.");
        int index = elf.OnlySymbolOf(elf.U16(entry + 6), symbol);
        Check(!elf.RelocationNames(index), "a relocation names " + symbol + ".");
        elf._bytes[flags] = (byte)WeakFlag;
        return elf._bytes;
    }

    /// <summary>Where the entry of a needed version begins: hash (4 bytes), flags (2), index (2), name (4), distance to the next (4).</summary>
    private int FindNeed(string version)
    {
        Section needs = Only(VersionNeeds);
        Section names = _sections[needs.Link];
        var found = new List<int>();
        int file = needs.Start;
        for (uint nextFile = 1; nextFile != 0; file += (int)nextFile)
        {
            nextFile = U32(file + 12);
            int entry = file + (int)U32(file + 8);
            for (uint next = 1; next != 0; entry += (int)next)
            {
                next = U32(entry + 12);
                if (Text(names.Start + (int)U32(entry + 8)) == version)
                {
                    found.Add(entry);
                }
            }
        }

        Check(found.Count == 1, version + " is needed " + found.Count + " times instead of once.");
        return found[0];
    }

    /// <summary>Index of the one dynamic symbol that wants a version; it must have the given name.</summary>
    private int OnlySymbolOf(int version, string name)
    {
        Section symbols = Only(DynamicSymbols);
        Section versions = Only(VersionsOfSymbols);
        Section names = _sections[symbols.Link];
        var found = new List<int>();
        for (int i = 0; i < symbols.Length / SymbolSize; i++)
        {
            // The highest bit hides a symbol and is no part of the version.
            if ((U16(versions.Start + (2 * i)) & 0x7fff) == version)
            {
                found.Add(i);
            }
        }

        Check(found.Count == 1, found.Count + " symbols want the version instead of one.");
        string wanting = Text(names.Start + (int)U32(symbols.Start + (found[0] * SymbolSize)));
        Check(wanting == name, wanting + " wants the version, not " + name + ".");
        return found[0];
    }

    private bool RelocationNames(int symbol)
    {
        int dynamicSymbols = _sections.IndexOf(Only(DynamicSymbols));
        foreach (Section section in _sections.FindAll(section => section.Link == dynamicSymbols))
        {
            Check(section.Type != Rel, "its relocations are of a kind that is not looked through.");
            for (int at = section.Start; section.Type == Rela && at < section.Start + section.Length; at += RelocationSize)
            {
                if (U32(at + 12) == symbol)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private Section Only(int type)
    {
        List<Section> found = _sections.FindAll(section => section.Type == type);
        Check(found.Count == 1, found.Count + " sections of type " + type + " instead of one.");
        return found[0];
    }

    private ushort U16(int at) => BitConverter.ToUInt16(_bytes, at);

    private uint U32(int at) => BitConverter.ToUInt32(_bytes, at);

    private int Offset(int at)
    {
        ulong value = BitConverter.ToUInt64(_bytes, at);
        Check(value <= (ulong)_bytes.Length, "it is cut short.");
        return (int)value;
    }

    private string Text(int at)
    {
        int end = Array.IndexOf(_bytes, (byte)0, at);
        Check(end >= at, "it is cut short.");
        return Encoding.ASCII.GetString(_bytes, at, end - at);
    }

    private static void Check(bool holds, string fault)
    {
        if (!holds)
        {
            throw new InvalidDataException(fault);
        }
    }

    private sealed class Section
    {
        public int Type { get; set; }

        public int Start { get; set; }

        public int Length { get; set; }

        public int Link { get; set; }
    }
}
