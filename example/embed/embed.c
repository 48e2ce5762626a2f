/* Showers inside another program, in C: needs nothing but the installed header and library.
 *
 *     cc embed.c -lcaloforge -o embed && ./embed clic-forge.safetensors */
#include <caloforge.h>
#include <stdio.h>
#include <stdlib.h>

static int failed(const char* what) {
    fprintf(stderr, "%s: %s\n", what, caloforge_message());
    return 1;
}

int main(int argc, char** argv) {
    const float energies[] = {50, 100, 200, 400}; /* GeV */
    const size_t count = sizeof energies / sizeof *energies;
    caloforge_model* model;
    caloforge_workspace* workspace;
    float* showers;
    size_t cells, i, c;

    if (argc != 2) return fprintf(stderr, "usage: embed MODEL\n"), 2;
    if (caloforge_load(argv[1], &model) != CALOFORGE_DONE) return failed(argv[1]);
    puts(caloforge_describe(model));
    if (caloforge_workspace_new(model, &workspace) != CALOFORGE_DONE) return failed("workspace");
    cells = caloforge_cells(model);
    showers = malloc(count * cells * sizeof *showers);
    if (!showers) return 4;
    if (caloforge_generate(model, workspace, 1, 0, energies, count, showers, count * cells) != CALOFORGE_DONE)
        return failed("generate");
    for (i = 0; i < count; ++i) {
        double sum = 0;
        for (c = 0; c < cells; ++c) sum += showers[i * cells + c];
        printf("%g GeV electron: %.4f GeV deposited in silicon\n", energies[i], sum);
    }
    free(showers);
    caloforge_workspace_free(workspace);
    caloforge_free(model);
    return 0;
}
