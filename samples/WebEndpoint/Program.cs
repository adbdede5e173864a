// A service that keeps recordings compressed: POST audio of any format, GET it back as WAV or as the .ecdc file.
using AudioCodec;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddAudioCodec(options => options.Model = builder.Configuration["Model"]);
builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
    context.ProblemDetails.Detail = context.ProblemDetails.Status < 500 ? context.Exception?.Message : null);
WebApplication app = builder.Build();
app.UseExceptionHandler(new ExceptionHandlerOptions
{
    StatusCodeSelector = error => error switch
    {
        AudioFormatException or ArgumentException => StatusCodes.Status400BadRequest,
        BadHttpRequestException bad => bad.StatusCode,
        _ => StatusCodes.Status500InternalServerError,
    },
});
string folder = Directory.CreateDirectory(app.Configuration["Folder"] ?? Path.Combine(Path.GetTempPath(), "recordings")).FullName;

// Bodies are streams that allow asynchronous calls only. Neither the audio nor the file is held in memory.
app.MapPost("/recordings", async (Stream body, Codec codec, double? kbps, CancellationToken cancellation) =>
{
    var id = Guid.NewGuid();
    try
    {
        await using FileStream file = File.Create(PathOf(id));
        var options = new CompressionOptions { BandwidthKbps = kbps };
        CompressionResult result = await codec.CompressAsync(body, file, options, cancellationToken: cancellation);
        return Results.Created($"/recordings/{id}", new { id, seconds = result.Duration.TotalSeconds, kbps = result.BitrateKbps });
    }
    catch
    {
        File.Delete(PathOf(id));
        throw;
    }
});

app.MapGet("/recordings/{id:guid}.ecdc", (Guid id) =>
    File.Exists(PathOf(id)) ? Results.File(PathOf(id), "application/octet-stream") : Results.NotFound());

app.MapGet("/recordings/{id:guid}", async (Guid id, double? start, Codec codec, HttpResponse response, CancellationToken cancellation) =>
{
    if (!File.Exists(PathOf(id)))
    {
        response.StatusCode = StatusCodes.Status404NotFound;
        return;
    }

    await using FileStream file = File.OpenRead(PathOf(id));
    response.ContentType = "audio/wav";
    var options = new DecompressionOptions { Start = TimeSpan.FromSeconds(start ?? 0) };
    await codec.DecompressAsync(file, response.Body, options, cancellationToken: cancellation);
});

app.Run();

string PathOf(Guid id) => Path.Combine(folder, $"{id}.ecdc");
