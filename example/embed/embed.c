/* Showers inside another program, in C: needs nothing but the installed header and library (make install PREFIX=...).
 *
 *     cc embed.c -I$PREFIX/include -L$PREFIX/lib -Wl,-rpath,$PREFIX/lib -lcaloforge -o embed
 *     ./embed $PREFIX/share/caloforge/models/clic-forge.safetensors */
#include <caloforge.h>
#include <stdio.h>
#include <stdlib.h>

static int failed(const char* what) {
    fprintf(stderr, "%s: %s\n", what, caloforge_message());
    return 1;
}

int main(int argc, char** argv) {
    const float energies[] = {50, 100, 200, 400}; /* GeV */
    const caloforge_key keys[] = {{1, 0}, {1, 1}, {1, 2}, {1, 3}};
    const size_t count = sizeof energies / sizeof *energies;
    caloforge_given given = {"energy", energies, count};
    caloforge_wanted wanted = {"showers", NULL, 0};
    caloforge_model* model;
    caloforge_workspace* workspace;
    size_t cells, i, c;

    if (argc != 2) return fprintf(stderr, "usage: embed MODEL\n"), 2;
    if (caloforge_load(argv[1], &model) != CALOFORGE_DONE) return failed(argv[1]);
    puts(caloforge_describe(model));
    if (caloforge_workspace_new(model, &workspace) != CALOFORGE_DONE) return failed("workspace");
    cells = caloforge_elements(model, "showers");
    wanted.size = count * cells;
    wanted.values = malloc(wanted.size * sizeof *wanted.values);
    if (!wanted.values) return 4;
    /* Where particles enter is not given, so it is drawn for each key. */
    if (caloforge_generate(workspace, keys, count, &given, 1, &wanted, 1) != CALOFORGE_DONE)
        return failed("generate");
    for (i = 0; i < count; ++i) {
        double sum = 0;
        for (c = 0; c < cells; ++c) sum += wanted.values[i * cells + c];
        printf("%g GeV electron: %.4f GeV deposited in silicon\n", energies[i], sum);
    }
    free(wanted.values);
    caloforge_workspace_free(workspace);
    caloforge_free(model);
    return 0;
}
