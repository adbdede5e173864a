using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AudioCodec.Repository.Tests.Architecture;

/// <summary>A type that a file uses, and the first line that does.</summary>
internal sealed record TypeUse(string File, int Line, INamedTypeSymbol Type);

/// <summary>The types that a file uses: those that it names, and those of the members and variables that it names.</summary>
/// <param name="File">Full path.</param>
/// <param name="Used">Each type once; generic types, arrays and pointers are taken apart.</param>
/// <param name="Unknown">Names that nothing was found for.</param>
/// <remarks>Imports and documentation are no code: what only they name is not used.</remarks>
internal sealed record TypeUses(string File, IReadOnlyList<TypeUse> Used, IReadOnlyList<string> Unknown)
{
    /// <summary>Reads a file.</summary>
    public static TypeUses Of(SemanticModel model)
    {
        string file = model.SyntaxTree.FilePath;
        var used = new Dictionary<INamedTypeSymbol, TypeUse>(SymbolEqualityComparer.Default);
        var unknown = new List<string>();
        foreach (ExpressionSyntax node in model.SyntaxTree.GetRoot().DescendantNodes(node => node is not UsingDirectiveSyntax).OfType<ExpressionSyntax>())
        {
            if (node is SimpleNameSyntax or PredefinedTypeSyntax or BaseObjectCreationExpressionSyntax || node.IsKind(SyntaxKind.NumericLiteralExpression))
            {
                int line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                ISymbol[] symbols = SymbolsOf(model, node);
                foreach (INamedTypeSymbol type in symbols.SelectMany(TypesOf).SelectMany(TakenApart))
                {
                    used.TryAdd(type, new TypeUse(file, line, type));
                }

                if (symbols.Length == 0 && node is SimpleNameSyntax && !IsGenerated(model, node))
                {
                    unknown.Add($"{file}({line}): {node}");
                }
            }
        }

        return new TypeUses(file, [.. used.Values], unknown);
    }

    private static ISymbol[] SymbolsOf(SemanticModel model, ExpressionSyntax node)
    {
        SymbolInfo found = model.GetSymbolInfo(node);
        return found.Symbol is ISymbol symbol ? [symbol]
            : found.CandidateSymbols.Length > 0 ? [.. found.CandidateSymbols]
            : node is IdentifierNameSyntax { Identifier.Text: "nameof" } ? [model.Compilation.GetSpecialType(SpecialType.System_String)]
            : model.GetTypeInfo(node).Type is { TypeKind: not TypeKind.Error } type ? [type]
            : [];
    }

    private static IEnumerable<ITypeSymbol?> TypesOf(ISymbol symbol) => symbol switch
    {
        ITypeSymbol type => [type, type.ContainingType],
        IFieldSymbol field => [field.ContainingType, field.Type],
        IPropertySymbol property => [property.ContainingType, property.Type],
        IMethodSymbol method => [method.ContainingType, method.ReturnType, .. method.Parameters.Select(parameter => parameter.Type), .. method.TypeArguments],
        ILocalSymbol local => [local.Type],
        IParameterSymbol parameter => [parameter.Type],
        _ => [symbol.ContainingType],
    };

    private static IEnumerable<INamedTypeSymbol> TakenApart(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => TakenApart(array.ElementType),
        IPointerTypeSymbol pointer => TakenApart(pointer.PointedAtType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(TakenApart).Prepend(named.OriginalDefinition),
        _ => [],
    };

    /// <summary>Whether a name is one that a generator declares, which does not run here: members of a context of serialized types.</summary>
    private static bool IsGenerated(SemanticModel model, SyntaxNode name)
    {
        for (SyntaxNode? node = name.Parent; node is MemberAccessExpressionSyntax access; node = access.Expression)
        {
            if (model.GetSymbolInfo(access.Expression).Symbol is INamedTypeSymbol { BaseType.Name: "JsonSerializerContext" })
            {
                return true;
            }
        }

        return false;
    }
}
