// Preloaded into a process: counts every system call that changes a file below a folder, and kills the process (SIGKILL) instead of the n-th of its kind; one
// that writes is killed when half of the bytes are written. CODA_KILL_COUNTS names a file of one 64-bit number a kind, CODA_KILL_UNDER the folder,
// CODA_KILL_AT is KIND:ORDINAL, from 0 and 1.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE, WRITE, FLUSH, RENAME, REMOVE, FOLDER, KINDS };

static const char *under;
static size_t length;
static int kind = -1;
static uint64_t ordinal;
static _Atomic uint64_t *counts;

__attribute__((constructor)) static void begin(void)
{
    const char *file = getenv("CODA_KILL_COUNTS"), *at = getenv("CODA_KILL_AT");
    int descriptor = file ? (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC) : -1;
    if (descriptor < 0)
        return;
    void *mapped = mmap(NULL, KINDS * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (mapped == MAP_FAILED)
        return;
    under = getenv("CODA_KILL_UNDER");
    length = under ? strlen(under) : 0;
    if (at && sscanf(at, "%d:%lu", &kind, &ordinal) != 2)
        kind = -1;
    if (length > 0)
        counts = mapped;
}

static void end(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static int is_under(const char *path)
{
    return strncmp(path, under, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static int is_named(int folder, const char *path)
{
    char whole[PATH_MAX];
    if (!counts || !path)
        return 0;
    if (path[0] == '/')
        return is_under(path);
    if (folder != AT_FDCWD || !getcwd(whole, sizeof whole) || strlen(whole) + strlen(path) + 2 > sizeof whole)
        return 0;
    strcat(whole, "/");
    return is_under(strcat(whole, path));
}

static int is_open(int descriptor)
{
    char name[64], path[PATH_MAX];
    if (!counts)
        return 0;
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    int saved = errno;
    ssize_t read = readlink(name, path, sizeof path - 1);
    errno = saved;
    if (read <= 0)
        return 0;
    path[read] = 0;
    return is_under(path);
}

static int is_point(int of)
{
    return atomic_fetch_add(&counts[of], 1) + 1 == ordinal && of == kind;
}

static void reach(int of)
{
    if (is_point(of))
        end();
}

static int opened(int folder, const char *path, int flags, mode_t mode)
{
    if ((flags & O_CREAT) && is_named(folder, path))
        reach(CREATE);
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}

#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }
int open(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE return opened(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE return opened(folder, path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

static ssize_t written(int descriptor, const void *bytes, size_t count, off_t at)
{
    int torn = is_open(descriptor) && is_point(WRITE);
    size_t part = torn ? count / 2 : count;
    ssize_t done = at < 0 ? syscall(SYS_write, descriptor, bytes, part) : syscall(SYS_pwrite64, descriptor, bytes, part, at);
    if (torn)
        end();
    return done;
}

ssize_t write(int descriptor, const void *bytes, size_t count) { return written(descriptor, bytes, count, -1); }
ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t at) { return written(descriptor, bytes, count, at); }
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t at) { return written(descriptor, bytes, count, at); }

ssize_t writev(int descriptor, const struct iovec *pieces, int count)
{
    if (is_open(descriptor))
        reach(WRITE);
    return syscall(SYS_writev, descriptor, pieces, count);
}

ssize_t pwritev(int descriptor, const struct iovec *pieces, int count, off_t at)
{
    if (is_open(descriptor))
        reach(WRITE);
    return syscall(SYS_pwritev, descriptor, pieces, count, at, 0);
}

ssize_t pwritev64(int descriptor, const struct iovec *pieces, int count, off64_t at) { return pwritev(descriptor, pieces, count, at); }

static int resized(int descriptor, off_t size)
{
    if (is_open(descriptor))
        reach(WRITE);
    return (int)syscall(SYS_ftruncate, descriptor, size);
}

int ftruncate(int descriptor, off_t size) { return resized(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) { return resized(descriptor, size); }

int fsync(int descriptor)
{
    if (is_open(descriptor))
        reach(FLUSH);
    return (int)syscall(SYS_fsync, descriptor);
}

int fdatasync(int descriptor)
{
    if (is_open(descriptor))
        reach(FLUSH);
    return (int)syscall(SYS_fdatasync, descriptor);
}

static int renamed(int from, const char *path, int to, const char *name, unsigned flags)
{
    if (is_named(to, name) || is_named(from, path))
        reach(RENAME);
    return (int)syscall(SYS_renameat2, from, path, to, name, flags);
}

int rename(const char *path, const char *name) { return renamed(AT_FDCWD, path, AT_FDCWD, name, 0); }
int renameat(int from, const char *path, int to, const char *name) { return renamed(from, path, to, name, 0); }
int renameat2(int from, const char *path, int to, const char *name, unsigned flags) { return renamed(from, path, to, name, flags); }

int link(const char *path, const char *name)
{
    if (is_named(AT_FDCWD, name))
        reach(RENAME);
    return (int)syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, name, 0);
}

static int removed(int folder, const char *path, int flags)
{
    if (is_named(folder, path))
        reach(REMOVE);
    return (int)syscall(SYS_unlinkat, folder, path, flags);
}

int unlink(const char *path) { return removed(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) { return removed(folder, path, flags); }
int rmdir(const char *path) { return removed(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdir(const char *path, mode_t mode)
{
    if (is_named(AT_FDCWD, path))
        reach(FOLDER);
    return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}
