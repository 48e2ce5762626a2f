/* Caloforge for programs that want showers: a generator's network on the caller's threads. No libtorch, no
 * HDF5, no thread of its own, nothing printed. C89 and later, C++.
 *
 * Energies in GeV. A shower is `caloforge_cells` float32 numbers, energies deposited in the active material
 * in GeV, in the order of the detector's grid: cell (x, y, layer) at (x * ny + y) * nz + layer. Shower i of a
 * seed and an incident energy is always the same, bit by bit on machines with one instruction set, whatever
 * the calls it is made in.
 *
 * Threads: a model is read-only, any number of threads may use one. A workspace belongs to one thread at a
 * time. */
#ifndef CALOFORGE_H
#define CALOFORGE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CALOFORGE_API __attribute__((visibility("default")))
#else
#define CALOFORGE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum caloforge_status {
    CALOFORGE_DONE = 0,
    CALOFORGE_USAGE = 2,     /* an argument that makes no sense: null, too small a buffer */
    CALOFORGE_BAD_INPUT = 3, /* a file that is no model, an energy outside the trained range */
    CALOFORGE_FAILED = 4     /* no memory; a shower that is not finite */
} caloforge_status;

typedef struct caloforge_model caloforge_model;
typedef struct caloforge_workspace caloforge_workspace;

/* What went wrong in the last call of this thread that did not return CALOFORGE_DONE; "" before the first.
 * Valid until the next call of this thread. */
CALOFORGE_API const char* caloforge_message(void);

/* "0.1.0" */
CALOFORGE_API const char* caloforge_version(void);

/* Loads a weights file (.safetensors) and compiles it. On failure *model is null. Free with caloforge_free.
 */
CALOFORGE_API caloforge_status caloforge_load(const char* file, caloforge_model** model);
/* The same from the bytes of such a file, which are not needed afterwards. */
CALOFORGE_API caloforge_status caloforge_load_memory(const void* bytes, size_t size, caloforge_model** model);
/* Workspaces of the model have to be freed before it. Null is allowed. */
CALOFORGE_API void caloforge_free(caloforge_model* model);

/* Floats of one shower; 0 for null. */
CALOFORGE_API size_t caloforge_cells(const caloforge_model* model);
/* JSON: {"name", "detector", "grid": {"nx", "ny", "nz", "cell_x", "cell_y"}, "energy": {"low", "high"},
 * "impact": {"half_x", "half_y"} (mm) or null, "cells", "instruction_set", "bytes_per_workspace"}. Owned by
 * the model; null for null. */
CALOFORGE_API const char* caloforge_describe(const caloforge_model* model);

/* What one thread needs. On failure *workspace is null. */
CALOFORGE_API caloforge_status caloforge_workspace_new(const caloforge_model* model,
                                                       caloforge_workspace** workspace);
CALOFORGE_API void caloforge_workspace_free(caloforge_workspace* workspace);

/* Showers first, first + 1, ... of the run `seed`, one for each of the `count` incident energies, into
 * `showers`, which has room for `capacity` floats: count * caloforge_cells at least. Nothing is written on
 * CALOFORGE_USAGE and CALOFORGE_BAD_INPUT. */
CALOFORGE_API caloforge_status caloforge_generate(const caloforge_model* model,
                                                  caloforge_workspace* workspace, uint64_t seed,
                                                  uint64_t first, const float* energies, size_t count,
                                                  float* showers, size_t capacity);

/* The same with impact points: `impacts` holds x0, y0 of each shower, in mm on the front face, relative to
 * the centre of the central cell: 2 * count numbers within the "impact" that caloforge_describe states. Null:
 * each is drawn from seed and shower, uniform over that rectangle, as caloforge_generate does. A model that
 * takes no impact point wants null. */
CALOFORGE_API caloforge_status caloforge_generate_at(const caloforge_model* model,
                                                     caloforge_workspace* workspace, uint64_t seed,
                                                     uint64_t first, const float* energies,
                                                     const float* impacts, size_t count, float* showers,
                                                     size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
