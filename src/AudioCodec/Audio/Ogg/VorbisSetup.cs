namespace AudioCodec.Audio.Ogg;

/// <summary>What of the third packet of a Vorbis stream is needed here: which blocks are long; and that NVorbis can read the rest within bounds.</summary>
/// <remarks>
/// NVorbis believes the sizes it reads, so that a few bytes make it allocate gigabytes or search for minutes. The bounds lie far above what encoders write.
/// Source: Vorbis I specification, section 4.2.4.
/// </remarks>
internal static class VorbisSetup
{
    private const int MostEntries = 1 << 14;
    private const int MostValues = 1 << 18;
    private const int MostAllEntries = 1 << 18;
    private const int MostAllValues = 1 << 21;
    private const int MostPosts = 64;

    /// <summary>Reads the packet.</summary>
    /// <param name="packet">Positioned at its start.</param>
    /// <param name="channels">Of the first packet.</param>
    /// <returns>For each mode whether its blocks are long.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="EndOfStreamException">It ends early.</exception>
    /// <exception cref="UnsupportedAudioException">It is out of bounds, or has floors of type 0, which nothing written since 2001 has.</exception>
    public static bool[] ReadModes(VorbisPacket packet, int channels)
    {
        foreach (byte magic in "\u0005vorbis"u8)
        {
            Require(packet.Number(8) == magic, "no setup");
        }

        (int Entries, int Dimensions)[] books = ReadBooks(packet);
        for (int times = packet.Number(6) + 1; times > 0; times--)
        {
            Require(packet.Number(16) == 0, "time");
        }

        int floors = packet.Number(6) + 1;
        for (int i = 0; i < floors; i++)
        {
            ReadFloor(packet, books.Length);
        }

        int residues = packet.Number(6) + 1;
        int classes = 0;
        for (int i = 0; i < residues; i++)
        {
            classes += ReadResidue(packet, books);
            RequireBound(classes <= MostAllEntries);
        }

        int mappings = packet.Number(6) + 1;
        for (int i = 0; i < mappings; i++)
        {
            ReadMapping(packet, channels, floors, residues);
        }

        var isLong = new bool[packet.Number(6) + 1];
        for (int i = 0; i < isLong.Length; i++)
        {
            isLong[i] = packet.Flag();
            Require(packet.Number(16) == 0 && packet.Number(16) == 0 && packet.Number(8) < mappings, "mode");
        }

        Require(packet.Flag(), "end");
        return isLong;
    }

    private static (int Entries, int Dimensions)[] ReadBooks(VorbisPacket packet)
    {
        var books = new (int Entries, int Dimensions)[packet.Number(8) + 1];
        int entries = 0;
        int values = 0;
        for (int i = 0; i < books.Length; i++)
        {
            books[i] = ReadBook(packet);
            entries += books[i].Entries;
            values += books[i].Entries * books[i].Dimensions;
            RequireBound(entries <= MostAllEntries && values <= MostAllValues);
        }

        return books;
    }

    private static (int Entries, int Dimensions) ReadBook(VorbisPacket packet)
    {
        Require(packet.Number(24) == 0x564342, "codebook");
        int dimensions = packet.Number(16);
        int entries = packet.Number(24);
        Require(dimensions > 0 && entries > 0, "codebook");
        RequireBound(entries <= MostEntries && (long)entries * dimensions <= MostValues);
        ReadLengths(packet, entries);

        int lookup = packet.Number(4);
        Require(lookup <= 2, "lookup of a codebook");
        if (lookup > 0)
        {
            packet.Number(16);
            packet.Number(16);
            packet.Number(16);
            packet.Number(16);
            int valueBits = packet.Number(4) + 1;
            packet.Number(1);
            long bits = (long)valueBits * (lookup == 1 ? Root(entries, dimensions) : entries * dimensions);
            Require(bits <= packet.BitsRemaining, "length");
            packet.SkipBits((int)bits);
        }

        return (entries, dimensions);
    }

    private static void ReadLengths(VorbisPacket packet, int entries)
    {
        if (packet.Flag())
        {
            int length = packet.Number(5) + 1;
            for (int entry = 0; entry < entries; length++)
            {
                Require(length <= 32, "codeword");
                entry += packet.Number(BitsFor(entries - entry));
                Require(entry <= entries, "codewords");
            }

            return;
        }

        bool sparse = packet.Flag();
        for (int entry = 0; entry < entries; entry++)
        {
            if (!sparse || packet.Flag())
            {
                packet.Number(5);
            }
        }
    }

    /// <summary>The largest number whose power is not above the entries.</summary>
    private static int Root(int entries, int dimensions)
    {
        int root = 1;
        while (IsPowerWithin(root + 1, dimensions, entries))
        {
            root++;
        }

        return root;
    }

    private static bool IsPowerWithin(int root, int exponent, int most)
    {
        long power = 1;
        for (int i = 0; i < exponent && power <= most; i++)
        {
            power *= root;
        }

        return power <= most;
    }

    private static void ReadFloor(VorbisPacket packet, int books)
    {
        int type = packet.Number(16);
        if (type == 0)
        {
            throw new UnsupportedAudioException("Vorbis with floors of type 0");
        }

        Require(type == 1, "floor");
        var classes = new int[packet.Number(5)];
        for (int i = 0; i < classes.Length; i++)
        {
            classes[i] = packet.Number(4);
        }

        var dimensions = new int[classes.Length == 0 ? 0 : classes.Max() + 1];
        for (int i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = packet.Number(3) + 1;
            int subclassBits = packet.Number(2);
            Require(subclassBits == 0 || packet.Number(8) < books, "codebook of a floor");
            for (int subclass = 1 << subclassBits; subclass > 0; subclass--)
            {
                Require(packet.Number(8) <= books, "codebook of a floor");
            }
        }

        packet.Number(2);
        int positionBits = packet.Number(4);
        int posts = 2;
        foreach (int number in classes)
        {
            posts += dimensions[number];
            Require(posts <= MostPosts, "posts of a floor");
            for (int i = 0; i < dimensions[number] && positionBits > 0; i++)
            {
                packet.Number(positionBits);
            }
        }
    }

    /// <summary>The numbers that a residue makes of its codebook.</summary>
    private static int ReadResidue(VorbisPacket packet, (int Entries, int Dimensions)[] books)
    {
        Require(packet.Number(16) <= 2, "residue");
        int begin = packet.Number(24);
        int end = packet.Number(24);
        packet.Number(24);
        int classifications = packet.Number(6) + 1;
        int classBook = packet.Number(8);
        Require(begin <= end && classBook < books.Length, "residue");
        (int entries, int dimensions) = books[classBook];
        Require(IsPowerWithin(classifications, dimensions, entries), "classifications of a residue");

        int count = 0;
        for (int i = 0; i < classifications; i++)
        {
            int low = packet.Number(3);
            int stages = packet.Flag() ? (packet.Number(5) << 3) | low : low;
            count += int.PopCount(stages);
        }

        for (; count > 0; count--)
        {
            Require(packet.Number(8) < books.Length, "codebook of a residue");
        }

        return entries * dimensions;
    }

    private static void ReadMapping(VorbisPacket packet, int channels, int floors, int residues)
    {
        Require(packet.Number(16) == 0, "mapping");
        int submaps = packet.Flag() ? packet.Number(4) + 1 : 1;
        int couplings = packet.Flag() ? packet.Number(8) + 1 : 0;
        int channelBits = channels == 1 ? 0 : BitsFor(channels - 1);
        for (int i = 0; i < couplings; i++)
        {
            // A single channel has nothing to be coupled with.
            Require(channelBits > 0 && packet.Number(channelBits) < channels && packet.Number(channelBits) < channels, "coupling");
        }

        Require(packet.Number(2) == 0, "mapping");
        for (int channel = 0; channel < channels && submaps > 1; channel++)
        {
            Require(packet.Number(4) < submaps, "submap");
        }

        for (int i = 0; i < submaps; i++)
        {
            packet.Number(8);
            Require(packet.Number(8) < floors && packet.Number(8) < residues, "submap");
        }
    }

    private static void RequireBound(bool isWithin)
    {
        if (!isWithin)
        {
            throw new UnsupportedAudioException("Vorbis with codebooks of unusual size");
        }
    }

    private static int BitsFor(int value) => 32 - int.LeadingZeroCount(value);

    private static void Require(bool isTrue, string what)
    {
        if (!isTrue)
        {
            throw new InvalidDataException($"its setup has an invalid {what}");
        }
    }
}
