#include "model/Memory.hh"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace caloforge::model {

void keep_memory() {
#ifdef __GLIBC__
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, -1);
#endif
}

}  // namespace caloforge::model
