using System.Diagnostics.CodeAnalysis;
using AudioCodec.Checkpoints;
using AudioCodec.Files;

namespace AudioCodec.Models;

/// <summary>Finds the checkpoints on this machine, and downloads those that are published elsewhere.</summary>
/// <remarks>
/// Models that ship with the program are looked for in the folder that <c>AUDIOCODEC_CHECKPOINTS</c> names, in
/// <c>checkpoints</c> beside the program, and in <c>checkpoints</c> of the repository that the program lies in. Downloads go to
/// <c>AUDIOCODEC_CACHE</c>, else to <c>audiocodec</c> under <c>XDG_CACHE_HOME</c>, <c>~/.cache</c> or <c>%LOCALAPPDATA%</c>.
/// Where <c>AUDIOCODEC_MIRROR</c> names an address, files come from <c>{mirror}/{publisher's host}/{path}</c>; hashes are checked all the same.
/// </remarks>
public sealed class ModelStore : IDisposable
{
    private const string MirrorVariable = "AUDIOCODEC_MIRROR";
    private const int Attempts = 4;
    private const long SmallFileBytes = 16 << 20;

    private readonly HttpClient? _givenClient;
    private readonly Lazy<HttpClient>? _ownClient;
    private readonly TimeSpan _retryDelay;

    /// <summary>Uses a cache folder.</summary>
    /// <param name="cacheFolder">The folder, or <see langword="null"/> for <see cref="DefaultCacheFolder"/>; created when something is pulled.</param>
    /// <param name="client">
    /// Client for downloads, which is not disposed; <see langword="null"/> for one of the store's own. A client that follows redirects by itself
    /// may be redirected from HTTPS to plain HTTP, unlike the store's own.
    /// </param>
    public ModelStore(string? cacheFolder = null, HttpClient? client = null)
        : this(cacheFolder ?? DefaultCacheFolder, TimeSpan.FromSeconds(1), client)
    {
    }

    internal ModelStore(string cacheFolder, TimeSpan retryDelay, HttpClient? client = null)
    {
        CacheFolder = cacheFolder;
        _retryDelay = retryDelay;
        _ownClient = client is null ? new Lazy<HttpClient>(CreateClient) : null;
        _givenClient = client;
    }

    /// <summary>The cache folder unless another is asked for.</summary>
    public static string DefaultCacheFolder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("AUDIOCODEC_CACHE") is { Length: > 0 } own)
            {
                return own;
            }

            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string root = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
                : Path.Combine(home, ".cache");
            return Path.Combine(root, "audiocodec");
        }
    }

    /// <summary>The codec that is used unless another is asked for: the bundled one where its weights are there, else the official 24 kHz model.</summary>
    public static string DefaultCodecName => BundledModels.Find(ModelCatalogue.BundledCodec) is null ? "encodec_24khz" : ModelCatalogue.BundledCodec;

    /// <summary>
    /// The generator that is used unless another is asked for: the first by name of those that ship, a released one before a preview, else AudioGen.
    /// </summary>
    public static string DefaultGeneratorName => BundledModels.FindGenerator() ?? "audiogen-medium";

    /// <summary>Folder of the downloads.</summary>
    public string CacheFolder { get; }

    /// <summary>All models: the catalogue's, and those that lie in the folders of bundled models beside them.</summary>
    public static IReadOnlyList<ModelEntry> AllModels() =>
        [.. ModelCatalogue.Entries, .. BundledModels.All().Where(entry => ModelCatalogue.Entries.All(known => known.Name != entry.Name))];

    /// <summary>Finds the weights file or folder of a name or path.</summary>
    /// <param name="nameOrPath">A path, or the name of a model.</param>
    /// <exception cref="ModelNotFoundException">There is no such file, or the model is not on this machine.</exception>
    public string Find(string nameOrPath)
    {
        if (TryFind(nameOrPath, out string? path))
        {
            return path;
        }

        ModelEntry? entry = ModelCatalogue.Find(nameOrPath);
        string message = entry is null
            ? $"'{Messages.Quote(nameOrPath)}' is neither a checkpoint file or folder nor a known model. Known: {string.Join(", ", AllModels().Select(e => e.Name))}."
            : entry.Bundled
                ? $"The checkpoint '{entry.Name}', which comes with the package AudioCodec.Models, is not in {string.Join(", ", BundledModels.Roots())}. "
                    + "Reference that package, or set AUDIOCODEC_CHECKPOINTS to the folder that holds it."
                : $"The checkpoint '{entry.Name}' is not on this machine (looked in {CacheFolder}); it has to be downloaded first.";
        throw new ModelNotFoundException(message, entry?.Name ?? Messages.Quote(nameOrPath), entry is { Bundled: false });
    }

    /// <summary>Like <see cref="Find"/>, without an error.</summary>
    public bool TryFind(string nameOrPath, [NotNullWhen(true)] out string? path)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        if (nameOrPath.Length == 0)
        {
            // Not the current folder, which may hold a checkpoint.
            path = null;
            return false;
        }

        // A folder counts as a checkpoint only where it holds one: './encodec_24khz' may be a folder of recordings.
        path = File.Exists(nameOrPath) || BundledModels.IsCheckpoint(nameOrPath) ? nameOrPath : BundledModels.Find(nameOrPath);
        path ??= ModelCatalogue.Find(nameOrPath) is ModelEntry entry ? FindCached(entry) : null;
        return path is not null;
    }

    /// <summary>Finds the codec that a stream's header names. Such a name is not trusted, and never used as a path.</summary>
    /// <param name="streamName">The name in the header.</param>
    /// <exception cref="ModelNotFoundException">The model is not on this machine, or is not known.</exception>
    public string FindForStream(string streamName)
    {
        ArgumentNullException.ThrowIfNull(streamName);
        ModelEntry[] entries = [.. ModelCatalogue.Entries.Where(e => e.Kind == ModelKind.Codec && e.StreamName == streamName)];
        string? path = BundledModels.FindForStream(streamName) ?? entries.Select(FindCached).FirstOrDefault(p => p is not null)
            ?? ModelCatalogue.Entries.Where(e => e.Kind == ModelKind.Generator && e.StreamName == streamName).Select(FindPackageCodec).FirstOrDefault(p => p is not null);
        return path ?? (entries.Length > 0
            ? Find(entries[0].Name)
            : throw new ModelNotFoundException(
                $"The stream was made with model '{Messages.Quote(streamName)}', which is not in the catalogue. Name the checkpoint it was made with.",
                Messages.Quote(streamName),
                isPublished: false));
    }

    /// <summary>Path of a model's file in the cache, whether it exists or not.</summary>
    public string PathOf(ModelEntry entry, ModelFile file)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(file);
        return Path.Combine(CacheFolder, entry.Name, file.Name);
    }

    /// <summary>Downloads a model and those that it requires, or checks what was downloaded before.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="progress">Receives the progress after every chunk, or <see langword="null"/>.</param>
    /// <param name="cancellation">Stops the download; received bytes are kept, and the next pull resumes.</param>
    /// <returns>Path of the weights file.</returns>
    /// <exception cref="CheckpointException">A file cannot be downloaded, or is not the one that was published or recorded at the first pull.</exception>
    /// <exception cref="OperationCanceledException">The download was cancelled.</exception>
    public async Task<string> PullAsync(ModelEntry entry, IProgress<PullProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Bundled)
        {
            return Find(entry.Name);
        }

        try
        {
            Directory.CreateDirectory(Path.Combine(CacheFolder, entry.Name));
            foreach (ModelFile file in entry.Files)
            {
                if (File.Exists(PathOf(entry, file)))
                {
                    await VerifyFileAsync(entry, file, cancellation).ConfigureAwait(false);
                }
                else
                {
                    await PullFileAsync(entry, file, progress, cancellation).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{CacheFolder}: cannot be written or read: {e.Message}", CacheFolder, null, e);
        }

        foreach (ModelEntry required in entry.Requires.Select(RequiredEntry))
        {
            await PullAsync(required, progress, cancellation).ConfigureAwait(false);
        }

        return PathOf(entry, entry.Files[0]);
    }

    /// <summary>Checks a model that is on this machine against its published digits and the SHA-256 recorded at the first pull.</summary>
    /// <exception cref="CheckpointException">A file is missing or differs.</exception>
    public async Task VerifyAsync(ModelEntry entry, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Bundled)
        {
            CheckpointFolder.VerifySums(Find(entry.Name));
            return;
        }

        foreach (ModelFile file in entry.Files)
        {
            await VerifyFileAsync(entry, file, cancellation).ConfigureAwait(false);
        }

        foreach (ModelEntry required in entry.Requires.Select(RequiredEntry))
        {
            await VerifyAsync(required, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownClient is { IsValueCreated: true })
        {
            _ownClient.Value.Dispose();
        }
    }

    private static ModelEntry RequiredEntry(string name) =>
        ModelCatalogue.Find(name) ?? throw new ModelNotFoundException($"'{name}' is not in the catalogue.", name, isPublished: false);

    private static HttpClient CreateClient()
    {
        // The body's time is bounded by the stall limit of a download, not by the client.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(30) };
        var client = new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("audiocodec");
        return client;
    }

    private string? FindCached(ModelEntry entry) =>
        !entry.Bundled && entry.Files.All(f => File.Exists(PathOf(entry, f))) && entry.Requires.All(name => TryFind(name, out _)) ? PathOf(entry, entry.Files[0]) : null;

    /// <summary>The codec in a generator's package.</summary>
    private string? FindPackageCodec(ModelEntry entry) =>
        entry.Files.Where(file => file.Name == ModelCatalogue.PackageCodec).Select(file => PathOf(entry, file)).FirstOrDefault(File.Exists);

    private async Task VerifyFileAsync(ModelEntry entry, ModelFile file, CancellationToken cancellation)
    {
        string path = PathOf(entry, file);
        if (!File.Exists(path))
        {
            throw new ModelNotFoundException($"{path}: is missing; it has to be downloaded.", entry.Name, isPublished: true);
        }

        CheckHash(file, path, await Sha256File.ComputeAsync(path, cancellation).ConfigureAwait(false));
    }

    private async Task PullFileAsync(ModelEntry entry, ModelFile file, IProgress<PullProgress>? progress, CancellationToken cancellation)
    {
        string path = PathOf(entry, file);
        string part = path + ".part";
        bool holdsWeights = !file.Name.EndsWith(".json", StringComparison.Ordinal) && !file.Name.EndsWith(".model", StringComparison.Ordinal);
        long maxBytes = holdsWeights ? (entry.ApproximateBytes * 2) + SmallFileBytes : SmallFileBytes;
        HttpClient client = _givenClient ?? _ownClient!.Value; // One of the two is there.
        var download = new Download(client, Mirrored(file), part, maxBytes, progress);
        await RunWithRetriesAsync(download, file, cancellation).ConfigureAwait(false);
        string hash = await Sha256File.ComputeAsync(part, cancellation).ConfigureAwait(false);
        try
        {
            CheckHash(file, path, hash);
        }
        catch (CheckpointException)
        {
            download.DiscardPart();
            throw;
        }

        AtomicFile.Write(SideFile(path), $"{hash}  {file.Name}\n");
        download.Finish(path);
    }

    /// <exception cref="CheckpointException">The mirror is not an address.</exception>
    private static ModelFile Mirrored(ModelFile file)
    {
        if (Environment.GetEnvironmentVariable(MirrorVariable) is not { Length: > 0 } mirror)
        {
            return file;
        }

        return Uri.TryCreate($"{mirror.TrimEnd('/')}/{file.Address.Host}{file.Address.PathAndQuery}", UriKind.Absolute, out Uri? address)
            ? file with { Address = address }
            : throw new CheckpointException($"{MirrorVariable} is '{Messages.Quote(mirror)}'; an address such as https://mirror.example/models is expected.", file.Name);
    }

    private async Task RunWithRetriesAsync(Download download, ModelFile file, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await download.RunAsync(cancellation).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested && e is IOException or HttpRequestException or TaskCanceledException)
            {
                if (attempt == Attempts)
                {
                    throw new CheckpointException(
                        $"{file.Address}: cannot be downloaded: {e.Message} ({Attempts} attempts). Received bytes are kept; the next pull resumes.",
                        file.Name,
                        null,
                        e);
                }
            }

            await Task.Delay(_retryDelay * (1 << (attempt - 1)), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Compares with what the publisher states and with what the first pull recorded; the latter is kept after the file is deleted.</summary>
    private static void CheckHash(ModelFile file, string path, string hash)
    {
        string? recorded = null;
        if (File.Exists(SideFile(path)))
        {
            recorded = File.ReadAllText(SideFile(path)).Split(' ')[0];
        }

        string? expected = file.Sha256Prefix is string prefix && !hash.StartsWith(prefix, StringComparison.Ordinal) ? prefix
            : recorded is not null && recorded != hash ? recorded
            : null;
        if (expected is not null)
        {
            throw new CheckpointException(
                $"{path}: SHA-256 is {hash}, expected {Messages.Quote(expected)}{(expected.Length < Sha256File.Digits ? "…" : "")}. "
                + $"The file is damaged or is not the published one. Delete {Path.GetDirectoryName(path)} and pull it again.",
                path);
        }
    }

    private static string SideFile(string path) => path + ".sha256";
}
