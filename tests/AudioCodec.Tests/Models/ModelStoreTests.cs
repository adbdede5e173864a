using System.Security.Cryptography;
using AudioCodec.Models;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Models;

public sealed class ModelStoreTests : IDisposable
{
    private readonly TemporaryFolder _cache = new();
    private readonly byte[] _content = new byte[600_000];
    private readonly ModelStore _store;

    public ModelStoreTests()
    {
        new Random(1).NextBytes(_content);
        _store = new ModelStore(_cache.Root, TimeSpan.Zero);
    }

    private string Hash => Convert.ToHexStringLower(SHA256.HashData(_content));

    [Fact]
    public async Task PullAsync_WholeFile_IsStoredWithItsHashAndReportsProgress()
    {
        using var server = new LoopbackServer((request, stream) => LoopbackServer.ServeAsync(request, stream, _content));
        var reports = new List<PullProgress>();

        string path = await _store.PullAsync(Entry(server, Hash[..8]), new Recorder(reports));

        Assert.Equal(_content, await File.ReadAllBytesAsync(path));
        Assert.StartsWith(Hash, await File.ReadAllTextAsync(path + ".sha256"), StringComparison.Ordinal);
        Assert.Equal(new PullProgress("model.bin", 600_000, 600_000), reports[^1]);
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(path)!).Length);

        await _store.PullAsync(Entry(server, Hash[..8]));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task PullAsync_ConnectionThatBreaks_IsResumedFromWhereItBroke()
    {
        int served = 0;
        using var server = new LoopbackServer((request, stream) =>
            LoopbackServer.ServeAsync(request, stream, _content, cutAfter: Interlocked.Increment(ref served) < 3 ? 200_000 : null));

        string path = await _store.PullAsync(Entry(server, Hash[..8]));

        Assert.Equal(_content, await File.ReadAllBytesAsync(path));
        Assert.Equal([null, "bytes=200000-", "bytes=400000-"], server.Requests.Select(r => r.Headers.GetValueOrDefault("range")));
    }

    [Fact]
    public async Task PullAsync_ServerThatIgnoresRanges_StartsOver()
    {
        int served = 0;
        using var server = new LoopbackServer((request, stream) =>
            LoopbackServer.ServeAsync(request, stream, _content, ranges: false, cutAfter: Interlocked.Increment(ref served) < 2 ? 200_000 : null));

        Assert.Equal(_content, await File.ReadAllBytesAsync(await _store.PullAsync(Entry(server, Hash[..8]))));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task PullAsync_FileThatChangedBetweenAttempts_IsNotMixed()
    {
        var older = new byte[_content.Length];
        int served = 0;
        using var server = new LoopbackServer((request, stream) => Interlocked.Increment(ref served) == 1
            ? LoopbackServer.ServeAsync(request, stream, older, etag: "\"old\"", cutAfter: 200_000)
            : LoopbackServer.ServeAsync(request, stream, _content, etag: "\"new\""));

        Assert.Equal(_content, await File.ReadAllBytesAsync(await _store.PullAsync(Entry(server, null))));
    }

    [Fact]
    public async Task PullAsync_CompletePartFromBefore_IsTakenAsItIs()
    {
        using var server = new LoopbackServer((request, stream) => LoopbackServer.ServeAsync(request, stream, _content));
        ModelEntry entry = Entry(server, Hash[..8]);
        string part = _store.PathOf(entry, entry.Files[0]) + ".part";
        Directory.CreateDirectory(Path.GetDirectoryName(part)!);
        await File.WriteAllBytesAsync(part, _content);
        await File.WriteAllTextAsync(part + ".etag", "\"v1\"");

        Assert.Equal(_content, await File.ReadAllBytesAsync(await _store.PullAsync(entry)));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task PullAsync_WrongHash_LeavesNothingBehind()
    {
        using var server = new LoopbackServer((request, stream) => LoopbackServer.ServeAsync(request, stream, _content));
        ModelEntry entry = Entry(server, "00000000");

        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() => _store.PullAsync(entry));

        Assert.Contains("00000000", error.Message, StringComparison.Ordinal);
        Assert.Contains(Hash, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_cache.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task PullAsync_FileThatDiffersFromTheFirstPull_IsRefused()
    {
        byte[] served = _content;
        using var server = new LoopbackServer((request, stream) => LoopbackServer.ServeAsync(request, stream, served));
        ModelEntry entry = Entry(server, null);
        string path = await _store.PullAsync(entry);

        File.Delete(path);
        served = new byte[1000];
        Assert.Contains(Hash, (await Assert.ThrowsAsync<CheckpointException>(() => _store.PullAsync(entry))).Message, StringComparison.Ordinal);

        served = _content;
        await _store.PullAsync(entry);
        await File.WriteAllBytesAsync(path, new byte[5]);
        await Assert.ThrowsAsync<CheckpointException>(() => _store.VerifyAsync(entry));
    }

    [Fact]
    public async Task PullAsync_NotFound_SaysSoAtOnce()
    {
        using var server = new LoopbackServer((_, stream) => LoopbackServer.WriteHeadAsync(stream, "404 Not Found", 0));

        Assert.Contains("404", (await Assert.ThrowsAsync<CheckpointException>(() => _store.PullAsync(Entry(server, null)))).Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task PullAsync_ServerFault_IsRetriedAFewTimes()
    {
        using var server = new LoopbackServer((_, stream) => LoopbackServer.WriteHeadAsync(stream, "503 Service Unavailable", 0));

        Assert.Contains("503", (await Assert.ThrowsAsync<CheckpointException>(() => _store.PullAsync(Entry(server, null)))).Message, StringComparison.Ordinal);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task PullAsync_BodyThatNeverCompletes_KeepsThePart()
    {
        using var server = new LoopbackServer((request, stream) => LoopbackServer.ServeAsync(request, stream, _content, cutAfter: 1000));
        ModelEntry entry = Entry(server, null);

        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() => _store.PullAsync(entry));

        Assert.Contains("the next pull resumes", error.Message, StringComparison.Ordinal);
        Assert.Equal(_content[..4000], await File.ReadAllBytesAsync(_store.PathOf(entry, entry.Files[0]) + ".part"));
    }

    [Fact]
    public async Task PullAsync_Cancelled_KeepsThePartAndGoesOnLater()
    {
        using var cancellation = new CancellationTokenSource();
        var halfway = new TaskCompletionSource();
        int served = 0;
        using var server = new LoopbackServer(async (request, stream) =>
        {
            if (Interlocked.Increment(ref served) > 1)
            {
                await LoopbackServer.ServeAsync(request, stream, _content);
                return;
            }

            await LoopbackServer.WriteHeadAsync(stream, "200 OK", _content.Length, "ETag: \"v1\"");
            await stream.WriteAsync(_content.AsMemory(0, 300_000));
            await halfway.Task;
        });
        ModelEntry entry = Entry(server, Hash[..8]);
        var cancelAfterSome = new Callback(p =>
        {
            if (p.ReceivedBytes == 300_000)
            {
                cancellation.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.PullAsync(entry, cancelAfterSome, cancellation.Token));
        halfway.SetResult();
        Assert.Equal(300_000, new FileInfo(_store.PathOf(entry, entry.Files[0]) + ".part").Length);

        Assert.Equal(_content, await File.ReadAllBytesAsync(await _store.PullAsync(entry)));
        Assert.Equal("bytes=300000-", server.Requests.Last().Headers["range"]);
    }

    [Fact]
    public async Task PullAsync_FileBeyondItsLimit_IsRefusedBeforeItsBody()
    {
        using var server = new LoopbackServer((_, stream) => LoopbackServer.WriteHeadAsync(stream, "200 OK", 1L << 40));
        Assert.Contains("at most", (await Assert.ThrowsAsync<CheckpointException>(() => _store.PullAsync(Entry(server, null)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PullAsync_Redirects_AreFollowedButNotToPlainHttpElsewhere()
    {
        using var server = new LoopbackServer((request, stream) => request.Path switch
        {
            "model.bin" => LoopbackServer.WriteHeadAsync(stream, "302 Found", 0, "Location: /moved"),
            "moved" => LoopbackServer.ServeAsync(request, stream, _content),
            "loop" => LoopbackServer.WriteHeadAsync(stream, "307 Temporary Redirect", 0, "Location: /loop"),
            _ => LoopbackServer.WriteHeadAsync(stream, "301 Moved Permanently", 0, "Location: http://example.invalid/model.bin"),
        });

        Assert.Equal(_content, await File.ReadAllBytesAsync(await _store.PullAsync(Entry(server, Hash[..8]))));
        CheckpointException insecure = await Assert.ThrowsAsync<CheckpointException>(() => _store.PullAsync(Entry(server, null, "elsewhere")));
        Assert.Contains("not HTTPS", insecure.Message, StringComparison.Ordinal);
        Assert.Contains("redirects more", (await Assert.ThrowsAsync<CheckpointException>(() => _store.PullAsync(Entry(server, null, "loop")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_ModelThatIsNotHere_NamesItAndSaysWhetherItIsPublished()
    {
        ModelNotFoundException published = Assert.Throws<ModelNotFoundException>(() => _store.Find("encodec_48khz"));
        Assert.Equal(("encodec_48khz", true), (published.ModelName, published.IsPublished));
        Assert.DoesNotContain("audiocodec models", published.Message, StringComparison.Ordinal); // The library does not know the command.
        Assert.Equal("encodec_32khz", Assert.Throws<ModelNotFoundException>(() => _store.Find("facebook/encodec_32khz")).ModelName);
        ModelNotFoundException unknown = Assert.Throws<ModelNotFoundException>(() => _store.Find("no_such_model"));
        Assert.False(unknown.IsPublished);
        Assert.Contains("encodec_lm_24khz", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_PathOrCachedModel_GivesItsPlace()
    {
        string file = _cache["some.th"];
        File.WriteAllText(file, "");
        Assert.Equal(file, _store.Find(file));

        ModelEntry entry = ModelCatalogue.Find("encodec_24khz")!;
        string cached = _store.PathOf(entry, entry.Files[0]);
        Directory.CreateDirectory(Path.GetDirectoryName(cached)!);
        File.WriteAllText(cached, "");
        Assert.Equal(cached, _store.Find("ENCODEC_24khz"));

        string folder = _cache["recordings"];
        Directory.CreateDirectory(folder);
        Assert.False(_store.TryFind(folder, out _));
        File.WriteAllText(Path.Combine(folder, "model.safetensors"), "");
        Assert.Equal(folder, _store.Find(folder));
    }

    [Fact]
    public void FindForStream_NameFromAHeader_IsAModelButNeverAPath()
    {
        string file = _cache["secret.th"];
        File.WriteAllText(file, "");
        Assert.Contains("not in the catalogue", Assert.Throws<ModelNotFoundException>(() => _store.FindForStream(file)).Message, StringComparison.Ordinal);
        Assert.Contains("not in the catalogue", Assert.Throws<ModelNotFoundException>(() => _store.FindForStream("../x")).Message, StringComparison.Ordinal);
        Assert.Equal("encodec_24khz", Assert.Throws<ModelNotFoundException>(() => _store.FindForStream("encodec_24khz")).ModelName);

        ModelEntry huggingFace = ModelCatalogue.Find("encodec_24khz_hf")!;
        Put(huggingFace);
        Assert.Equal(_store.PathOf(huggingFace, huggingFace.Files[0]), _store.FindForStream("encodec_24khz"));
    }

    [Fact]
    public void Catalogue_Entries_HaveLicencesAndOfficialHashesInTheirNames()
    {
        Assert.All(ModelCatalogue.Entries, e => Assert.NotEmpty(e.Licence));
        Assert.All(ModelCatalogue.Entries.SelectMany(e => e.Files), f => Assert.Equal("https", f.Address.Scheme));
        Assert.Equal("https://dl.fbaipublicfiles.com/encodec/v0/encodec_24khz-d7cc33bc.th", ModelCatalogue.Find("encodec_24khz")!.Files[0].Address.ToString());
        Assert.Equal("7e698e3e", ModelCatalogue.Find("encodec_48khz")!.Files[0].Sha256Prefix);
        Assert.Equal(ModelCatalogue.Entries.Count, ModelCatalogue.Entries.Select(e => e.Name).Distinct().Count());
    }

    /// <summary>A generator is there when all that it needs is; the codec in its package serves streams that name it.</summary>
    [Fact]
    public void Find_Generator_NeedsWhatItRequires()
    {
        ModelEntry generator = ModelCatalogue.Find("facebook/audiogen-medium")!;
        Assert.Equal(("audiogen-medium", ModelKind.Generator), (generator.Name, generator.Kind));
        Assert.Equal(["t5-large"], generator.Requires);

        Put(generator);
        Assert.False(_store.TryFind("audiogen-medium", out _));
        Assert.Equal(_cache["audiogen-medium/compression_state_dict.bin"], _store.FindForStream("encodec_16khz"));
        Put(ModelCatalogue.Find("t5-large")!);
        Assert.Equal(_cache["audiogen-medium/state_dict.bin"], _store.Find("audiogen-medium"));
    }

    [Fact]
    public void Catalogue_WhatGeneratorsRequire_IsInIt()
    {
        ModelEntry[] generators = [.. ModelCatalogue.Entries.Where(entry => entry.Kind == ModelKind.Generator)];
        Assert.Equal(7, generators.Length);
        Assert.All(generators, entry => Assert.Contains("no commercial use", entry.Licence, StringComparison.Ordinal));
        Assert.All(generators, entry => Assert.Single(entry.Requires, name => ModelCatalogue.Find(name)!.Kind == ModelKind.TextEncoder));
        Assert.All(ModelCatalogue.Entries.SelectMany(entry => entry.Requires), name => Assert.Empty(ModelCatalogue.Find(name)!.Requires));
    }

    public void Dispose()
    {
        _store.Dispose();
        _cache.Dispose();
    }

    private void Put(ModelEntry entry)
    {
        foreach (ModelFile file in entry.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_store.PathOf(entry, file))!);
            File.WriteAllText(_store.PathOf(entry, file), "");
        }
    }

    private static ModelEntry Entry(LoopbackServer server, string? hash, string path = "model.bin") =>
        new($"test_model_{path[0]}", ModelKind.Codec, "test", "none", 600_000, [new ModelFile("model.bin", server.Address(path), hash)]);

    private sealed class Recorder(List<PullProgress> reports) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => reports.Add(value);
    }

    private sealed class Callback(Action<PullProgress> action) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => action(value);
    }
}
