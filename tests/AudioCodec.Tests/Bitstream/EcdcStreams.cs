using AudioCodec.Bitstream;

namespace AudioCodec.Tests.Bitstream;

/// <summary>Opens files of one version, header and all.</summary>
internal static class EcdcStreams
{
    public static EcdcV0Reader Open0(Stream stream, Func<string, EcdcGeometry?> geometryOf)
    {
        EcdcV0Header header = Assert.IsType<EcdcV0Header>(EcdcHeader.Read(stream));
        return new EcdcV0Reader(stream, header, geometryOf(header.Model)!); // Tests name models that they know.
    }

    public static EcdcV1Reader Open1(Stream stream, EcdcV1ReadOptions? options = null) =>
        EcdcV1Reader.Open(stream, Assert.IsType<EcdcV1Header>(EcdcHeader.Read(stream)), options);

    public static EcdcVerification Verify(byte[] file, IChunkCoder? coder = null)
    {
        using EcdcV1Reader reader = Open1(new MemoryStream(file), new EcdcV1ReadOptions { Coder = coder, Damage = DamagePolicy.Conceal });
        return reader.Verify(CancellationToken.None);
    }
}
